import type { Response } from 'express';
import type { Page } from '../../paging/index.js';
import { notFound } from '../../problems/problem.error.js';

/**
 * Wraps a single resource under its name.
 * @param what is missing where the value is null; default: what the value is named.
 * @throws ProblemError `not_found` where the value is null.
 */
export async function wrap<Name extends string, Value>(
  name: Name,
  value: Promise<Value | null>,
  what: string = name,
): Promise<Record<Name, Value>> {
  return { [name]: await required(what, value) } as Record<Name, Value>;
}

/** @throws ProblemError `not_found` where the value is null. */
export async function required<Value>(what: string, value: Promise<Value | null>): Promise<Value> {
  const found = await value;
  if (found === null) throw notFound(what);
  return found;
}

/** Wraps a page under the name of its list. */
export async function wrapPage<Name extends string, Item>(
  name: Name,
  page: Promise<Page<Item>>,
): Promise<Record<Name, Item[]> & { nextCursor: string | null }> {
  const { items, nextCursor } = await page;
  return { [name]: items, nextCursor } as Record<Name, Item[]> & { nextCursor: string | null };
}

/**
 * Answers a deletion, which has no body.
 * @throws ProblemError `not_found` where nothing was deleted.
 */
export async function requireDeleted(what: string, deleted: Promise<boolean>): Promise<void> {
  if (!(await deleted)) throw notFound(what);
}

/**
 * Answers with a new resource and sets `Location` to its path, below that of the request.
 * @param nameOf the last segment of the path, from the answer.
 */
export async function created<Answer>(
  response: Response,
  answer: Promise<Answer>,
  nameOf: (answer: Answer) => string | number,
): Promise<Answer> {
  const body = await answer;
  const [collection = ''] = response.req.originalUrl.split('?');
  response.setHeader('Location', `${collection.replace(/\/$/, '')}/${encodeURIComponent(nameOf(body))}`);
  return body;
}
