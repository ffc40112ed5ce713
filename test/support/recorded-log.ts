import { createLog, ServiceLogger } from '../../src/operations/logging/index.js';

/** Tokens and API keys, as answers hold them. */
const ISSUED_SECRET = /\beyJ[\w-]+\.[\w-]+\.[\w-]+|\bjm_[\w-]{16,}/g;
/** Internals that no error answer may contain: stack frames, paths of the program, SQLite codes. */
const INTERNALS = /\\n +at |node_modules|\.[jt]s:\d|SQLITE_/;

/** The real log of a service, kept line by line, and the secrets that must not be in it. */
export class RecordedLog {
  /** As people would read it: message, members, stack. */
  readonly texts: string[] = [];
  /** As it is written. */
  readonly lines: string[] = [];
  private readonly secrets = new Set<string>();

  /** A logger that writes here. */
  open(level: Parameters<typeof createLog>[0]): ServiceLogger {
    const write = (line: string): void => {
      this.record(line);
    };
    return new ServiceLogger(createLog(level, { write }));
  }

  /** Adds secrets that the log must not contain, in earlier lines either. */
  protect(...secrets: (string | undefined)[]): void {
    for (const secret of secrets) if (secret) this.secrets.add(secret);
  }

  /** Protects the secrets that an answer issues, and checks that an error shows no internals. */
  inspect(status: number, text: string): void {
    this.protect(...(text.match(ISSUED_SECRET) ?? []));
    const found = status >= 400 ? INTERNALS.exec(text) : null;
    if (found) throw new Error(`An error answer tells of the inside: ${found[0]}`);
  }

  /** @throws Error where a line holds a secret. */
  expectNoSecret(): void {
    const log = this.lines.join('');
    for (const secret of this.secrets) {
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
        const place = log.indexOf(form);
        if (place < 0) continue;
        const line = log.slice(log.lastIndexOf('\n', place) + 1, log.indexOf('\n', place));
        throw new Error(`The log holds a secret: ${line.slice(0, 500)}`);
      }
    }
  }

  private record(line: string): void {
    this.lines.push(line);
    const { msg, err, ...members } = JSON.parse(line) as { msg: string; err?: { stack?: string } };
    this.texts.push([msg, err?.stack, JSON.stringify(members)].filter(Boolean).join(' '));
  }
}
