import { statSync } from 'node:fs';

const CHECK_INTERVAL_MS = 1000;

/** Detects that a small file was replaced, by one `stat` a second at most; in between, a check costs a comparison. */
export class WatchedFile {
  private checkedAtMs = -Infinity;
  private lastIdentity: string | undefined;

  constructor(readonly file: string) {
    this.hasChanged();
  }

  /** Whether the file was replaced since the last check. A missing or unreadable file counts as unchanged. */
  hasChanged(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.checkedAtMs < CHECK_INTERVAL_MS) return false;
    this.checkedAtMs = nowMs;
    const identity = this.readIdentity();
    const hasChanged = identity !== undefined && identity !== this.lastIdentity;
    this.lastIdentity = identity ?? this.lastIdentity;
    return hasChanged;
  }

  private readIdentity(): string | undefined {
    try {
      const identity = statSync(this.file, { throwIfNoEntry: false });
      return identity && `${identity.ino} ${identity.mtimeMs} ${identity.size}`;
    } catch {
      return undefined;
    }
  }
}
