import { ACCEPTED, type Draft, type Follow, type WireRequest } from './draft.js';
import { TOKEN } from './credentials.js';
import { jsonTextOf } from './json-text.js';
import type { Case } from './judge.js';
import type { Owner } from './owner.js';
import { picked, type World } from './world.js';

const MAX_LATEST = 5;
/** The routes with a limit on password attempts. */
const PASSWORD_PATHS = /^\/api\/auth\/(login|password|session)$/;

/** A request that is ready to be sent, with what it was made of. */
export interface Attempt extends Case {
  readonly draft: Draft;
  /** The value of the body before any trick. */
  readonly sent: unknown;
}

/** Completes a draft with values of earlier answers. */
export function realise(draft: Draft, world: World, owner: Owner): Attempt {
  const sent = draft.kind === 'almost valid' ? draft.body : owner.complete(draft.operation, draft.body);
  const credential = credentialOf(draft, world, owner);
  const followed = draft.follow ? follow(draft.follow, world) : undefined;
  const plain: WireRequest = {
    method: draft.operation.method,
    target: followed?.target ?? targetOf(draft, world),
    headers: {
      ...draft.headers,
      ...credential,
      ...followed?.headers,
      ...(sent !== undefined && { 'Content-Type': 'application/json' }),
    },
    body: sent === undefined ? undefined : jsonTextOf(sent),
    ...(PASSWORD_PATHS.test(draft.operation.template) && { from: owner.newAddress() }),
  };
  return {
    draft,
    sent,
    request: draft.trick?.apply(plain) ?? plain,
    // Without such a value the draft is sent as the valid request that it is.
    expects: draft.follow && !followed ? ACCEPTED : draft.expects,
    mayHangUp: draft.trick?.mayHangUp === true,
    isLimited: draft.credential.of === 'key',
  };
}

function targetOf({ operation, path, query }: Draft, world: World): string {
  const filled = operation.template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const { pick, encoded = '1' } = path[name] ?? {};
    const known = pick === undefined ? undefined : world.valueFor(operation, name, pick);
    return known === undefined ? encoded : encodeURIComponent(known);
  });
  const pairs = query.map((pair) => pair.map((one) => encodeURIComponent(one)).join('='));
  return pairs.length > 0 ? `${filled}?${pairs.join('&')}` : filled;
}

function credentialOf({ operation, credential }: Draft, world: World, owner: Owner): Record<string, string> {
  if (credential.of === 'stranger') {
    const { header, text } = credential;
    const token = owner.authorization.replace('Bearer ', '');
    if (text === undefined) return {};
    // Of an address without a port, the cookie has none in its name either.
    return { [header]: text.replaceAll(TOKEN, token), ...(header === 'Cookie' && { Host: 'jarvis.lan' }) };
  }
  if (!operation.isSecured) return {};
  const key = credential.of === 'key' ? picked(world.keys, credential.pick) : undefined;
  if (credential.of === 'owner' || key === undefined) return { Authorization: owner.authorization };
  return credential.pick % 2 === 0 ? { 'X-API-Key': key } : { Authorization: `Bearer ${key}` };
}

function follow(
  wanted: Follow,
  world: World,
): { target: string; headers?: Record<string, string> } | undefined {
  if (wanted.what === 'tag') {
    // Of the latest ones: the others are over with the next write.
    const seen = picked(world.tags.slice(-MAX_LATEST), wanted.pick);
    return seen && { target: seen.target, headers: { 'If-None-Match': seen.value } };
  }
  const page = picked(world.pages, wanted.pick);
  if (!page) return undefined;
  const other = picked(world.pages, wanted.pick + 1) ?? page;
  const cursor = wanted.what === 'cursor' ? edited(page.value, wanted.edit) : other.value;
  return { target: `${page.target}${page.target.includes('?') ? '&' : '?'}cursor=${cursor}` };
}

/** A text with one character changed. */
function edited(text: string, at: number | undefined): string {
  if (at === undefined) return text;
  const place = at % text.length;
  return `${text.slice(0, place)}${text[place] === 'A' ? 'B' : 'A'}${text.slice(place + 1)}`;
}
