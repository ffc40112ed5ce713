import { pathOf, type Contract, type Operation } from './contract.js';
import type { WireRequest } from './draft.js';
import type { Answer } from './wire.js';

/** A page that has a next one, or an answer that has a tag. */
export interface Seen {
  readonly operation: Operation;
  /** As it was sent, without a cursor. */
  readonly target: string;
  /** The cursor or the tag. */
  readonly value: string;
}

const MAX_KNOWN = 300;

/** The values of earlier answers: ids, names, cursors, ETags and keys, for requests that depend on them. */
export class World {
  readonly pages: Seen[] = [];
  readonly tags: Seen[] = [];
  readonly keys: string[] = [];
  private readonly values = new Map<string, string[]>();
  private next = 0;

  constructor(private readonly contract: Contract) {}

  /** A value for a parameter of a path that an earlier answer told; `undefined` where none has. */
  valueFor({ template }: Operation, parameter: string, pick: number): string | undefined {
    return picked(this.values.get(placeOf(template, parameter)) ?? [], pick);
  }

  learn(operation: Operation, request: WireRequest, { status, body, headers }: Answer): void {
    if (status < 200 || status > 299) return;
    const target = withoutCursor(request.target);
    if (operation.method === 'GET' && request.method === 'GET') {
      const tag = headers['etag'];
      if (tag !== undefined) this.keep(this.tags, { operation, target: request.target, value: tag });
      const cursor = (body as { nextCursor?: unknown } | undefined)?.nextCursor;
      if (typeof cursor === 'string') this.keep(this.pages, { operation, target, value: cursor });
    }
    for (const place of this.placesBelow(operation)) this.harvest(place, body);
    if (operation.method !== 'GET') this.harvestKeys(body);
  }

  /** The parameters of paths that begin where this operation's path does: an answer about events tells ids of events. */
  private placesBelow({ template }: Operation): { place: string; name: string }[] {
    const places = this.contract.operations.flatMap((one) =>
      one.parameters
        .filter((parameter) => parameter.in === 'path')
        .map(({ name }) => ({ place: placeOf(one.template, name), name })),
    );
    return places.filter(({ place }) => `${template}/`.startsWith(place.split('{')[0] ?? ''));
  }

  private harvest({ place, name }: { place: string; name: string }, body: unknown, depth = 0): void {
    if (typeof body !== 'object' || body === null || depth > 2) return;
    if (Array.isArray(body)) {
      for (const one of body.slice(0, 5) as unknown[]) this.harvest({ place, name }, one, depth + 1);
      return;
    }
    const value = (body as Record<string, unknown>)[name];
    if (typeof value === 'string' || typeof value === 'number') {
      const known = this.values.get(place) ?? [];
      this.values.set(place, known);
      if (!known.includes(String(value))) this.keep(known, String(value));
    }
    for (const one of Object.values(body)) this.harvest({ place, name }, one, depth + 1);
  }

  private harvestKeys(body: unknown): void {
    const found = /"(jm_[\w-]{43})"/.exec(JSON.stringify(body ?? null))?.[1];
    if (found !== undefined) this.keep(this.keys, found);
  }

  private keep<Item>(list: Item[], item: Item): void {
    if (list.length < MAX_KNOWN) list.push(item);
    else list[this.next++ % MAX_KNOWN] = item;
  }
}

export function picked<Item>(list: readonly Item[], pick: number): Item | undefined {
  return list[pick % list.length];
}

function placeOf(template: string, parameter: string): string {
  return `${template.split(`{${parameter}}`)[0] ?? ''}{${parameter}}`;
}

function withoutCursor(target: string): string {
  const query = (target.split('?')[1] ?? '').split('&').filter((part) => part && !part.startsWith('cursor='));
  return query.length > 0 ? `${pathOf(target)}?${query.join('&')}` : pathOf(target);
}
