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

export class PlaneReader {
  private readonly layers: readonly ByteReader[];

  /** @param next gives the bytes of the next layer. */
  constructor(next: () => Buffer) {
    this.layers = Array.from({ length: LAYERS }, () => new ByteReader(next()));
  }

  /** @returns gives the number at a place of the next list. */
  read(count: number, heads: ByteReader): (place: number) => number {
    const width = heads.byte();
    const planes = Array.from({ length: width }, (_, index) => this.plane(width - 1 - index, width, count));
    return (place) => planes.reduce((value, plane) => value * 256 + (plane[place] ?? 0), 0);
  }

  private plane(plane: number, width: number, count: number): Buffer {
    const layer = this.layers[layerOf(plane, width)];
    if (!layer || width > 7) throw new RangeError('A number is too long.');
    return layer.bytes(count);
  }
}

function layerOf(plane: number, width: number): number {
  return Math.min(width - 1 - plane, LAYERS - 1);
}
