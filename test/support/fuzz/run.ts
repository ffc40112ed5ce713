import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBuilt } from '../built.js';
import { runCampaign, type Finding, type Outcome } from './campaign.js';
import type { WireRequest } from './draft.js';

const MAX_READ_BACK = 500;
const MAX_SHOWN = 3000;

export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  /** See `Plan`. */
  readonly goesOn?: boolean | undefined;
  readonly onProgress?: (sent: number) => void;
}

export interface FuzzReport {
  /** What is wrong, for people; empty where nothing is. */
  readonly findings: readonly string[];
  /** The part of the requests that was answered with 2xx. */
  readonly acceptedShare: number;
  /** Operations that no request has reached with a 2xx. */
  readonly neverTaken: readonly string[];
  readonly acknowledgedRows: number;
  readonly rowsReadBack: number;
  readonly table: string;
}

/** Fuzzes the built program on a file of its own: requests, then the rows, the file and the end of the process. */
export async function fuzz({ requests, seed, goesOn, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-memory-fuzz-'));
  const file = join(folder, 'jarvis.db');
  const program = await startBuilt({
    DB_PATH: file,
    RATE_LIMIT: '0',
    LOG_LEVEL: 'error',
    BACKUP_DIR: join(folder, 'backups'),
  });
  const lives = (): boolean => program.process.exitCode === null && program.process.signalCode === null;
  try {
    const plan = {
      url: program.url,
      password: generatedPassword(program.output()),
      requests,
      seed,
      lives,
      goesOn,
      onProgress,
    };
    const outcome = await runCampaign(plan);
    const { read, wrong } = await readBack(outcome, lives());
    outcome.wire.close();
    const { code, signal } = await program.end('SIGTERM');
    return {
      findings: [
        ...described(outcome, program.output()),
        ...wrong,
        ...(code === 0 || signal === 'SIGTERM' ? [] : [`the process ended with ${String(code ?? signal)}`]),
        ...outcome.ledger.countIn(file),
      ],
      acceptedShare: outcome.statistics.acceptedShare,
      neverTaken: outcome.statistics.neverTaken,
      acknowledgedRows: outcome.ledger.size,
      rowsReadBack: read,
      table: outcome.statistics.table(),
    };
  } finally {
    if (lives()) await program.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

/** As it is shown once, on the first start. One that the environment sets could not be changed by a request. */
function generatedPassword(output: string): string {
  const shown = /Password: +(\S+)/.exec(output)?.[1];
  if (shown === undefined) throw new Error(`The program showed no password:\n${output}`);
  return shown;
}

async function readBack(
  { ledger, wire, owner, first }: Outcome,
  isAlive: boolean,
): Promise<{ read: number; wrong: string[] }> {
  if (!isAlive) return { read: 0, wrong: first ? [] : ['the process has ended'] };
  await owner.renew();
  return ledger.readBack(wire, { Authorization: owner.authorization }, MAX_READ_BACK);
}

function described({ first, smallest, others }: Outcome, log: string): string[] {
  if (!first) return [];
  const shrunk = smallest && smallest !== first ? [`SHRUNK TO\n${describe(smallest)}`] : [];
  const more = others.map((one) => `FOUND\n${describe(one)}`);
  return [[`FOUND\n${describe(first)}`, ...shrunk, ...more, `LOG\n${log.slice(-MAX_SHOWN)}`].join('\n\n')];
}

function describe({ what, kind, request, status, text }: Finding): string {
  return [what, `kind: ${kind}`, replayOf(request), `answer: ${status} ${cut(text)}`].join('\n');
}

/** The request so that it can be sent again: as a command, or as the bytes for a socket. */
function replayOf({ method, target, headers, body, bytes }: WireRequest): string {
  if (bytes) return `bytes (latin1): ${JSON.stringify(cut(bytes.toString('latin1')))}`;
  const named = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${cut(value)}`)}`);
  const data = Buffer.isBuffer(body)
    ? [`# body, base64: ${cut(body.toString('base64'))}`]
    : body === undefined
      ? []
      : [`--data-binary ${quoted(cut(body))}`];
  return [
    'curl',
    '--path-as-is',
    '-X',
    method,
    ...named,
    quoted(`http://127.0.0.1:4000${cut(target)}`),
    ...data,
  ].join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)` : text;
}
