import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const COMMANDS = [
  'serve',
  'backup',
  'restore',
  'check',
  'doctor',
  'compact',
  'reindex',
  'keys',
  'password',
  'retention',
  'move',
  'mcp',
];

const PROGRAM = 'dist/src/cli/main.js';

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliRun {
  readonly process: ChildProcess;
  readonly done: Promise<CliResult>;
}

/** Starts the built command line, in an environment that holds nothing but what is given. */
export function startCli(args: readonly string[], environment: Record<string, string> = {}): CliRun {
  if (!existsSync(PROGRAM))
    throw new Error(`${PROGRAM} is missing: run \`npm run build\` first (\`npm test\` does).`);
  const child = spawn(process.execPath, [join(process.cwd(), PROGRAM), ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const done = new Promise<CliResult>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { process: child, done };
}

/** Runs a command to its end. */
export function runCli(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<CliResult> {
  return startCli(args, environment).done;
}
