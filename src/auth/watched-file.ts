import { statSync } from 'node:fs';

const LOOK_EVERY_MS = 1000;

/** Notices that a small file was replaced, by one look a second at most: in between it costs a comparison. */
export class WatchedFile {
  private lookedAt = -Infinity;
  private seen: string | undefined;

  constructor(readonly file: string) {
    this.hasChanged();
  }

  /** Whether the file is another one than at the last look. One that is gone or cannot be looked at is none. */
  hasChanged(): boolean {
    const moment = performance.now();
    if (moment - this.lookedAt < LOOK_EVERY_MS) return false;
    this.lookedAt = moment;
    const found = this.look();
    const hasChanged = found !== undefined && found !== this.seen;
    this.seen = found ?? this.seen;
    return hasChanged;
  }

  private look(): string | undefined {
    try {
      const found = statSync(this.file, { throwIfNoEntry: false });
      return found && `${found.ino} ${found.mtimeMs} ${found.size}`;
    } catch {
      return undefined;
    }
  }
}
