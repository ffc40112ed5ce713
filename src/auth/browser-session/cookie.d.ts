/** The version that Express brings declares no types. */
declare module 'cookie' {
  export function parse(header: string): Record<string, string | undefined>;
}
