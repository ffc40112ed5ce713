import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RequestSpec } from '../types.js';
import type { LoadResult, LoadTask } from './load-task.js';

const run = promisify(execFile);

/** Its version, or `undefined` where it is not installed. */
export function wrkVersion(): string | undefined {
  // It prints its usage, with an exit code of 1, whatever it is asked.
  const { stdout } = spawnSync('wrk', ['--version'], { encoding: 'utf8' });
  return stdout ? (/^wrk \S+/.exec(stdout)?.[0] ?? 'wrk') : undefined;
}

/** wrk takes whole seconds. It takes a tenth of the processor that a generator in JavaScript does. */
export async function loadWithWrk(task: LoadTask & { seconds: number }): Promise<LoadResult> {
  const { url, connections } = task;
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-bench-wrk-'));
  const script = join(folder, 'requests.lua');
  writeFileSync(script, scriptOf(task));
  try {
    const seconds = Math.max(1, Math.round(task.seconds));
    const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url];
    const { stdout } = await run('wrk', flags);
    return resultOf(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The requests are put together once; JSON never holds the brackets that end a long string of Lua. */
function scriptOf({ headers, requests }: LoadTask): string {
  const text = (value: string) => `[==[${value}]==]`;
  const format = ({ method, path, body }: RequestSpec) =>
    `wrk.format("${method}", ${text(path)}, nil, ${body === undefined ? 'nil' : text(body)})`;
  return `
${Object.entries(headers)
  .map(([name, value]) => `wrk.headers[ ${text(name)} ] = ${text(value)}`)
  .join('\n')}
local all, at = {}, 0
init = function()
  all = { ${requests.map(format).join(',\n')} }
end
request = function()
  at = at % #all + 1
  return all[at]
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(95), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
`;
}

function resultOf(output: string): LoadResult {
  const numbers = /^RESULT (.+)$/m.exec(output)?.[1]?.split(' ').map(Number);
  if (numbers === undefined) throw new Error(`wrk said: ${output}`);
  const [count = 0, microseconds = NaN, p95 = NaN, p99 = NaN, refused = 0, failed = 0] = numbers;
  const problems = [
    ...(refused > 0 ? [`${refused} answers with a status of 400 or more`] : []),
    ...(failed > 0 ? [`${failed} connection errors`] : []),
    ...(count === 0 ? ['no answers'] : []),
  ];
  return {
    value: count / (microseconds / 1e6),
    p95: p95 / 1000,
    p99: p99 / 1000,
    count,
    problem: problems.join('; ') || undefined,
  };
}
