import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../scripts/free-port.mjs';

/** The program as `npm start` runs it. */
export interface BuiltProgram {
  readonly url: string;
  readonly process: ChildProcess;
  /** Everything that it printed so far. */
  output(): string;
  /** What of it went to standard output, where the log is. */
  standardOutput(): string;
  /** Sends a signal and resolves with how the process ended. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const PROGRAM = 'dist/src/main.js';
const START_TIMEOUT_MS = 100_000;

/** Starts the built program and waits until it has said where it listens. */
export async function startBuilt(
  environment: Record<string, string>,
  program = PROGRAM,
): Promise<BuiltProgram> {
  if (!existsSync(program))
    throw new Error(`${program} is missing: run \`npm run build\` first (\`npm test\` does).`);
  const port = String(await freePort());
  const child = spawn(process.execPath, [join(process.cwd(), program)], {
    env: {
      PATH: process.env['PATH'],
      PORT: port,
      RATE_LIMIT: '0',
      MAX_CONNECTIONS_PER_ADDRESS: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let standardOutput = '';
  child.stdout.on('data', (chunk) => (standardOutput += String(chunk)));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const hasStarted = await new Promise<boolean>((resolve, reject) => {
    const fail = (): void => {
      clearTimeout(timer);
      // Another program may have taken the port meanwhile.
      if (output.includes(`EADDRINUSE: address already in use 127.0.0.1:${port}`)) resolve(false);
      else reject(new Error(`The program did not start:\n${output}`));
    };
    const timer = setTimeout(fail, START_TIMEOUT_MS);
    // The greeting is on standard error, since standard output is no terminal here.
    child.stderr.on('data', () => {
      if (!output.includes('Swagger UI')) return;
      clearTimeout(timer);
      resolve(true);
    });
    void ended.then(fail);
  });
  if (!hasStarted) return startBuilt(environment, program);
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    output: () => output,
    standardOutput: () => standardOutput,
    end: (signal = 'SIGINT') => {
      child.kill(signal);
      return ended;
    },
  };
}
