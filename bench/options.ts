import { parseArgs } from 'node:util';

export interface Options {
  quick: boolean;
  /** Lower case; a figure is measured when its name contains it. */
  only: string;
  rounds: number;
  seconds: number;
  soakMinutes: number;
  markdown: boolean;
  last: boolean;
  connections: number[];
  /** Rows of events, and of messages, in the large file. */
  largeRows: number;
  /** Rows of events in the large PostgreSQL database. */
  postgresRows: number;
  /** Rows of events, and of messages, in the PostgreSQL database that is searched. */
  recallPostgresRows: number;
  /** Rows of events behind the explorer. */
  explorerRows: number;
  /** Snapshots, one a minute, that are packed and compared with one another. */
  snapshotMinutes: number;
  latencyRequests: number;
  /** Starting takes seconds, whatever `seconds` says. */
  startRounds: number;
  /** Folder of another, built checkout of this project to measure against. */
  against: string | undefined;
  /** Version of another Node on which all of it runs. */
  node: string | undefined;
  hostileRounds: number;
  hostileSeconds: number;
}

/** Fewer would not be packed. */
const FEWEST_MINUTES = 120;

const HELP = `npm run bench -- [flags]
  --quick              under three minutes: 16 connections, short rounds, a smaller large file, no soak, no stall
  --only <name-part>   only figures whose name contains this, or one of several parts: a|b
  --rounds <n>         rounds of each figure (5)
  --seconds <n>        seconds of each measurement (2; 0.4 with --quick)
  --postgres-rows <n>  events in the large PostgreSQL database (1000000; 100000 with --quick)
  --recall-postgres-rows <n>  events, and messages, in the PostgreSQL database that is searched (100000)
  --explorer-rows <n>  events, and messages, behind the explorer (1000000; 100000 with --quick)
  --snapshot-minutes <n>  snapshots, one a minute, that are packed (10080, a week; 1440 with --quick; a year is 525600)
  --soak-minutes <n>   minutes of mixed load before resident memory is read (10; 0 leaves it out)
  --against <folder>   another checkout of this project, built, takes turns with this one as "before"
  --node <version>     all of it on another Node, in a copy of its own (kept in the folder for temporary files)
  --markdown           print the table as Markdown
  --last               print the results of the last run again, measure nothing`;

export function readOptions(): Options {
  const flags = readFlags();
  if (flags.help) {
    process.stdout.write(`${HELP}\n`);
    process.exit(0);
  }
  const { quick, markdown, last } = flags;
  if (flags.node !== undefined && !/^\d+(\.\d+){0,2}$/.test(flags.node)) {
    throw new Error('--node takes a version, such as 24 or 24.18');
  }
  if (flags.node !== undefined && flags.against !== undefined) {
    throw new Error('--against and --node do not go together: the other checkout is compiled for this Node');
  }
  const rounds = Math.max(1, Math.round(numeric('rounds', flags.rounds, 5)));
  return {
    quick,
    markdown,
    last,
    only: flags.only.toLowerCase(),
    rounds,
    seconds: numeric('seconds', flags.seconds, quick ? 0.4 : 2),
    soakMinutes: numeric('soak-minutes', flags['soak-minutes'], quick ? 0 : 10),
    connections: quick ? [16] : [1, 16, 64],
    largeRows: quick ? 100_000 : 1_000_000,
    postgresRows: Math.round(numeric('postgres-rows', flags['postgres-rows'], quick ? 100_000 : 1_000_000)),
    recallPostgresRows: Math.round(numeric('recall-postgres-rows', flags['recall-postgres-rows'], 100_000)),
    explorerRows: Math.round(numeric('explorer-rows', flags['explorer-rows'], quick ? 100_000 : 1_000_000)),
    snapshotMinutes: Math.max(
      FEWEST_MINUTES,
      Math.round(numeric('snapshot-minutes', flags['snapshot-minutes'], quick ? 1_440 : 10_080)),
    ),
    latencyRequests: quick ? 100 : 400,
    startRounds: quick ? Math.min(rounds, 3) : rounds,
    against: flags.against,
    node: flags.node,
    hostileRounds: quick ? 1 : Math.min(rounds, 3),
    hostileSeconds: quick ? 5 : 10,
  };
}

function readFlags() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      'postgres-rows': { type: 'string' },
      'recall-postgres-rows': { type: 'string' },
      'explorer-rows': { type: 'string' },
      'snapshot-minutes': { type: 'string' },
      'soak-minutes': { type: 'string' },
      against: { type: 'string' },
      node: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      last: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
}

function numeric(flag: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${flag} must be a number, not ${text}`);
  return value;
}
