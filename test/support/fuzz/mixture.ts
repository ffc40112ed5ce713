import fc from 'fast-check';
import type { Contract, Operation } from './contract.js';
import { strangerCredential } from './credentials.js';
import {
  ANYTHING,
  ACCEPTED,
  type Credential,
  type Draft,
  type Expectation,
  type Follow,
  type Trick,
} from './draft.js';
import { almostValidDraft, validDraft } from './drafts.js';
import { socketTrick } from './socket-tricks.js';
import { bodyTrick, headerTrick, lineTrick } from './tricks.js';

const PICK = fc.nat(1_000_000);
const MAX_BURST = 6;
/** Slow on purpose, or with consequences for all others: sent less often. */
const RARE_PATHS = /^\/api\/(auth|admin)\/|\/export$/;

/** What is sent at once: mostly one request, at times several. */
export function steps(contract: Contract): fc.Arbitrary<readonly Draft[]> {
  const one = anyDraft(contract.operations);
  const several = contract.operations.filter(isIndependent);
  const together = fc
    .oneof(...several.map((operation) => validDraft(operation)))
    .map((draft) => ({ ...draft, kind: 'valid, with others at once' }));
  return fc.oneof(
    { weight: 60, arbitrary: one.map((draft) => [draft]) },
    { weight: 1, arbitrary: fc.array(together, { minLength: 2, maxLength: MAX_BURST }) },
  );
}

/** Whether the outcome does not depend on what is done at the same time. */
function isIndependent({ method, template }: Operation): boolean {
  return (method === 'GET' || method === 'POST') && !RARE_PATHS.test(template);
}

function anyDraft(operations: readonly Operation[]): fc.Arbitrary<Draft> {
  return fc.oneof(
    ...operations.map((operation) => ({
      weight: RARE_PATHS.test(operation.template) ? 1 : 5,
      arbitrary: draftOf(operation),
    })),
  );
}

function draftOf(operation: Operation): fc.Arbitrary<Draft> {
  const valid = validDraft(operation);
  const pages = operation.parameters.some(({ name }) => name === 'cursor');
  const isTagged = operation.statuses.has(304);
  return fc.oneof(
    { weight: 50, arbitrary: valid },
    { weight: 20, arbitrary: almostValidDraft(operation) },
    { weight: 8, arbitrary: tricked('hostile line', valid, lineTrick()) },
    { weight: 5, arbitrary: tricked('hostile header', valid, headerTrick()) },
    { weight: 1, arbitrary: tricked('hostile bytes', valid, socketTrick()) },
    ...(operation.body
      ? [{ weight: 8, arbitrary: tricked('hostile body', withBody(valid), bodyTrick()) }]
      : []),
    ...(operation.body ? [] : [{ weight: 2, arbitrary: uninvitedBody(valid) }]),
    ...(operation.isSecured ? [{ weight: 4, arbitrary: strange(valid) }] : []),
    ...(operation.isSecured ? [{ weight: 2, arbitrary: withKey(valid) }] : []),
    ...(pages ? [{ weight: 30, arbitrary: following(valid) }] : []),
    ...(isTagged ? [{ weight: 8, arbitrary: again(valid) }] : []),
  );
}

function tricked(kind: string, base: fc.Arbitrary<Draft>, trick: fc.Arbitrary<Trick>): fc.Arbitrary<Draft> {
  return fc.tuple(base, trick).map(([draft, one]) => ({ ...draft, kind, trick: one, expects: one.expects }));
}

/** A body that may be left out is there, for the tricks with it. */
function withBody(valid: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> {
  return valid.map((draft) => ({ ...draft, body: draft.body ?? {} }));
}

/** A body where none belongs. */
function uninvitedBody(valid: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> {
  return fc.tuple(valid, fc.jsonValue()).map(([draft, body]) => ({
    ...draft,
    kind: 'uninvited body',
    body,
    expects: ANYTHING,
  }));
}

function strange(valid: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> {
  return fc.tuple(valid, strangerCredential()).map(([draft, credential]) => ({
    ...draft,
    kind: 'stranger',
    credential,
    expects: { is: 'status', statuses: isCookie(credential) ? [401, 403] : [401] },
  }));
}

/** Programs may change nothing with a cookie, whatever is in it. */
function isCookie(credential: Credential): boolean {
  return credential.of === 'stranger' && credential.header === 'Cookie';
}

/** With a key that the run has made, of any role, and perhaps deleted since. */
function withKey(valid: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> {
  return fc.tuple(valid, PICK).map(([draft, pick]) => ({
    ...draft,
    kind: 'with a key',
    credential: { of: 'key', pick },
    expects: ACCEPTED,
  }));
}

function following(valid: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> {
  const refused: Expectation = { is: 'refused', field: 'cursor', orMissing: true };
  const follows = fc.oneof(
    { weight: 4, arbitrary: PICK.map((pick) => [{ what: 'cursor', pick }, ACCEPTED] as const) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(PICK, PICK)
        .map(([pick, edit]) => [{ what: 'cursor', pick, edit }, refused] as const),
    },
    { weight: 1, arbitrary: PICK.map((pick) => [{ what: 'foreign cursor', pick }, ANYTHING] as const) },
  );
  return fc
    .tuple(valid, follows)
    .map(([draft, [follow, expects]]) => ({ ...draft, kind: kindOf(follow), follow, expects }));
}

function kindOf(follow: Follow): string {
  if (follow.what !== 'cursor') return follow.what;
  return follow.edit === undefined ? 'next page' : 'altered cursor';
}

function again(valid: fc.Arbitrary<Draft>): fc.Arbitrary<Draft> {
  return fc.tuple(valid, PICK).map(([draft, pick]) => ({
    ...draft,
    kind: 'with a tag',
    follow: { what: 'tag', pick },
    expects: ACCEPTED,
  }));
}
