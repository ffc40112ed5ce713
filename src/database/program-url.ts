/**
 * The address of a program for a thread that lies beside a module. Node cannot run TypeScript, so where the module is a
 * source, as under Jest, the program of the build is used.
 */
export function programUrl(module: string, program: string): URL {
  const url = new URL(program, module);
  if (!module.endsWith('.ts')) return url;
  const sources = new URL('../../', import.meta.url).href;
  return new URL(`dist/${url.href.slice(sources.length)}`, sources);
}
