import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MB = 1_048_576;

/** A disk of some megabytes, in memory, that really becomes full. */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-disk-'));

  /** @throws Error where it cannot be mounted: that takes root. */
  constructor(megabytes: number) {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.folder], {
        stdio: 'pipe',
      });
    } catch (error) {
      rmSync(this.folder, { recursive: true });
      throw error;
    }
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Fills it as another program would, until only so many bytes are free. */
  fillUpTo(freeBytes: number): void {
    const block = Buffer.alloc(4096, 'another program');
    const ballast = openSync(this.ballast, 'a');
    try {
      while (this.freeBytes > freeBytes) writeSync(ballast, block);
    } finally {
      closeSync(ballast);
    }
  }

  /** Takes away what `fillUpTo` wrote. */
  empty(): void {
    rmSync(this.ballast, { force: true });
  }

  resize(megabytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${megabytes}m`, this.folder]);
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.folder]);
    rmSync(this.folder, { recursive: true });
  }

  private get ballast(): string {
    return join(this.folder, 'of-another-program');
  }
}

/** Whether this machine allows mounting a small disk. */
export function canMount(): boolean {
  try {
    new SmallDisk(1).unmount();
    return true;
  } catch {
    return false;
  }
}

export const megabytes = (count: number): number => count * MB;
