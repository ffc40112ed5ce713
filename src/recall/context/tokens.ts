import { shorten as shortenToCharacters } from '../../text/sentences.js';

type Count = (text: string) => number;

/** The tokenizer takes a time that grows with the square of such a piece; words are shorter. */
const MAX_PIECE_CHARACTERS = 512;

/**
 * Counts tokens as models do (o200k_base). To load it takes 68 MB and most of a second: it belongs in a thread, and is
 * loaded when it is first asked for.
 */
export class TokenCounter {
  private static loading: Promise<TokenCounter> | undefined;

  private constructor(
    private readonly countPiece: Count,
    private readonly pieces: RegExp,
  ) {}

  static load(): Promise<TokenCounter> {
    return (TokenCounter.loading ??= TokenCounter.import());
  }

  private static async import(): Promise<TokenCounter> {
    const [{ countTokens }, { O200K_TOKEN_SPLIT_REGEX }] = await Promise.all([
      import('gpt-tokenizer/encoding/o200k_base'),
      import('gpt-tokenizer/encodingParams/constants'),
    ]);
    return new TokenCounter(countTokens, O200K_TOKEN_SPLIT_REGEX);
  }

  /**
   * How many tokens a text has; of a piece without end, such as one letter repeated, how many there can be at most. The text
   * is cut only where the tokenizer itself cuts it, because anywhere else there could be fewer tokens than in the whole:
   * `snapshotted` has three, `snapshot` and `ted` have one each. A token is one byte at least. What stands for a special
   * token, such as `<|endoftext|>`, is cut like any other text.
   *
   * Of texts that are put together, the whole has to be counted: the parts may have fewer.
   */
  count(text: string): number {
    let tokens = 0;
    for (const [piece] of text.matchAll(this.pieces)) tokens += this.countOne(piece);
    return tokens;
  }

  /**
   * A text of at most so many tokens. Where it has more, it ends with a sentence, or else with a word, and with an ellipsis;
   * it is empty where not even that has room.
   */
  shorten(text: string, max: number): string {
    let room = this.charactersWithin(text, max);
    if (room === text.length) return text;
    for (; room > 0; room = Math.floor(room * 0.9)) {
      const shortened = shortenToCharacters(text, room);
      if (this.count(shortened) <= max) return shortened;
    }
    return '';
  }

  /** The length of the longest beginning that surely has at most so many tokens: of a piece without end, a part. */
  private charactersWithin(text: string, max: number): number {
    let left = max;
    for (const { 0: piece, index } of text.matchAll(this.pieces)) {
      const tokens = this.countOne(piece);
      if (tokens > left) return index + (piece.length > MAX_PIECE_CHARACTERS ? left : 0);
      left -= tokens;
    }
    return text.length;
  }

  private countOne(piece: string): number {
    return piece.length > MAX_PIECE_CHARACTERS ? Buffer.byteLength(piece) : this.countPiece(piece);
  }
}
