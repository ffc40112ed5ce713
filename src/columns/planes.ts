import { ByteReader, ByteWriter } from './bytes.js';

/** The bytes of numbers by their weight: the highest of each number, the second, and all lower ones, which are noise. */
const LAYERS = 3;

/**
 * Writes lists of whole numbers from 0 to 2^53, all in as many bytes as the largest needs. Bytes of one weight lie together,
 * because what compresses well would not do so among noise.
 */
export class PlaneWriter {
  private readonly layers = Array.from({ length: LAYERS }, () => new ByteWriter());

  /** @param heads gets the number of bytes. */
  write(values: readonly number[], heads: ByteWriter): void {
    const most = values.reduce((max, value) => Math.max(max, value), 0);
    let width = 0;
    for (let reach = 1; reach <= most; reach *= 256) width++;
    heads.byte(width);
    for (let plane = width - 1; plane >= 0; plane--) {
      const unit = 256 ** plane;
      this.layers[layerOf(plane, width)]?.bytes(
        Uint8Array.from(values, (value) => Math.floor(value / unit) % 256),
      );
    }
  }

  results(): Buffer[] {
    return this.layers.map((layer) => layer.result());
  }
}

/**
 * A list of numbers, as where it begins in each layer. A block has some thousand planes: an object for each would be most of
 * what the garbage collector has to look at where blocks are read.
 */
export class NumberList {
  constructor(
    private readonly layers: PlaneLayers,
    private readonly count: number,
    private readonly width: number,
    private readonly starts: { readonly highest: number; readonly second: number; readonly rest: number },
  ) {}

  at(place: number): number {
    const { layers, width, count, starts } = this;
    if (width === 0) return 0;
    let value = layers.highest[starts.highest + place] ?? 0;
    if (width > 1) value = value * 256 + (layers.second[starts.second + place] ?? 0);
    for (let plane = 2, at = starts.rest + place; plane < width; plane++, at += count) {
      value = value * 256 + (layers.rest[at] ?? 0);
    }
    return value;
  }
}

interface PlaneLayers {
  readonly highest: Buffer;
  readonly second: Buffer;
  readonly rest: Buffer;
}

export class PlaneReader {
  private readonly highest: ByteReader;
  private readonly second: ByteReader;
  private readonly rest: ByteReader;
  private readonly layers: PlaneLayers;

  /** @param next gives the bytes of the next layer. */
  constructor(next: () => Buffer) {
    this.highest = new ByteReader(next());
    this.second = new ByteReader(next());
    this.rest = new ByteReader(next());
    this.layers = { highest: this.highest.all, second: this.second.all, rest: this.rest.all };
  }

  /** @returns the next list. */
  read(count: number, heads: ByteReader): NumberList {
    const width = heads.byte();
    if (width > 7) throw new RangeError('A number is too long.');
    return new NumberList(this.layers, count, width, {
      highest: this.highest.skip(width > 0 ? count : 0),
      second: this.second.skip(width > 1 ? count : 0),
      rest: this.rest.skip(width > 2 ? count * (width - 2) : 0),
    });
  }
}

function layerOf(plane: number, width: number): number {
  return Math.min(width - 1 - plane, LAYERS - 1);
}
