import type { Operation } from './contract.js';

/** What has to become of a request, beside what holds for every answer. */
export type Expectation =
  /** 2xx or 304; also what depends on rows and on the hour: 404, 409, 429, where the document has them. */
  | { readonly is: 'taken' }
  /** 400 `validation_failed`, naming the field where it is given. */
  | { readonly is: 'refused'; readonly field?: string; readonly orMissing?: boolean }
  | { readonly is: 'status'; readonly statuses: readonly number[] }
  /** Any answer that is documented and below 500. */
  | { readonly is: 'anything' };

export const ACCEPTED: Expectation = { is: 'taken' };
export const ANYTHING: Expectation = { is: 'anything' };

/** Whose credential a request carries; `text` is sent as it is, and undefined means none. */
export type Credential =
  | { readonly of: 'owner' }
  | { readonly of: 'key'; readonly pick: number }
  | { readonly of: 'stranger'; readonly header: string; readonly text: string | undefined };

/** A value of a path: one that an earlier answer told, or a new one. */
export interface PathValue {
  /** Which of the known ones, where there are any. */
  readonly pick: number | undefined;
  /** The new one, encoded. */
  readonly encoded: string;
}

/** A request before what earlier answers told is put into it: a pure value, which can be shrunk. */
export interface Draft {
  /** For the statistics. */
  readonly kind: string;
  readonly operation: Operation;
  readonly path: Readonly<Record<string, PathValue>>;
  /** Decoded. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** The value of the JSON body. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly credential: Credential;
  readonly expects: Expectation;
  /** Whether to go on from a cursor, or to ask again with a tag, that an earlier answer told. */
  readonly follow?: Follow;
  /** The last touch, after everything else is in place. */
  readonly trick?: Trick;
}

export type Follow =
  | { readonly what: 'cursor'; readonly pick: number; readonly edit?: number }
  | { readonly what: 'tag'; readonly pick: number }
  | { readonly what: 'foreign cursor'; readonly pick: number };

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
  /** The address that it comes from. */
  readonly from?: string;
  /** Bytes for a socket, in place of all else. */
  readonly bytes?: Buffer;
  /** Whether the bytes end in the middle of a request, so that no answer is waited for. */
  readonly isCut?: boolean;
}

/** What makes a request hostile. */
export interface Trick {
  readonly name: string;
  readonly apply: (request: WireRequest) => WireRequest;
  readonly expects: Expectation;
  /** Whether the service may end the connection without an answer. */
  readonly mayHangUp?: boolean;
}
