import fc from 'fast-check';
import type { Operation, Parameter, Schema } from './contract.js';
import { ACCEPTED, type Draft, type PathValue } from './draft.js';
import { validValue } from './valid.js';
import { wrongText, wrongValue, type Wrong } from './wrong.js';

/** Which of the known things is taken: more than there will ever be, so that the remainder is evenly spread. */
const PICK = fc.nat(1_000_000);
const NAMED_ROWS = 10;
const UNKNOWN_FIELDS = [
  'nonsense',
  '__proto__',
  'constructor',
  'toString',
  'prototype',
  'Id',
  'x'.repeat(300),
];
const WRONG_CURSORS = ['', 'abc', '1', 'null', 'x'.repeat(1001), 'eyJpZCI6MX0', '..', "' OR 1=1 --", '🚨'];

/** Requests that the document allows and the service has to take. */
export function validDraft(operation: Operation): fc.Arbitrary<Draft> {
  const { parameters, body } = operation;
  const named = (place: Parameter['in']): readonly Parameter[] =>
    parameters.filter((one) => one.in === place);
  const content = body ? namedBody(body.schema, operation) : fc.constant(undefined);
  return fc
    .record({
      path: fc.record(
        Object.fromEntries(named('path').map((one) => [one.name, pathValue(one.name, one.schema)])),
      ),
      query: fc.tuple(...named('query').map((one) => queryOf(one))),
      body: body?.required === false ? fc.option(content, { nil: undefined, freq: 2 }) : content,
    })
    .map(({ path, query, body: sent }) => ({
      kind: 'valid',
      operation,
      path,
      query: withoutEnd(operation, withinBounds(operation, inOrder(query.flat()))),
      body: sent,
      headers: {},
      credential: { of: 'owner' },
      expects: ACCEPTED,
    }));
}

/** Parts of time are listed one by one, so that their span is bounded: no schema can say so. */
function withinBounds({ template }: Operation, query: Pairs): Pairs {
  const isByDay = !query.some(([name, value]) => name === 'groupBy' && value !== 'day');
  const isBounded = template.endsWith('/stats') || (template.endsWith('/usage') && isByDay);
  return isBounded ? query.filter(([name]) => name !== 'since') : query;
}

/** Of two snapshots the later one is compared with the earlier one: no schema can say which that is. */
function withoutEnd({ template }: Operation, query: Pairs): Pairs {
  return template.endsWith('/snapshots/diff') ? query.filter(([name]) => name !== 'to') : query;
}

function pathValue(name: string, schema: Schema): fc.Arbitrary<PathValue> {
  const known = fc.oneof({ weight: 9, arbitrary: PICK }, { weight: 1, arbitrary: fc.constant(undefined) });
  const made = fc.oneof(nameOfRow(name, schema), validValue(schema)).map((value) => encoded(String(value)));
  return fc.record({ pick: known, encoded: made });
}

/** One of few names, so that conversations grow and keys are set again. */
function nameOfRow(name: string, schema: Schema): fc.Arbitrary<unknown> {
  if (schema['type'] !== 'string' || schema['enum']) return validValue(schema);
  return fc.nat(NAMED_ROWS - 1).map((number) => `${name}-${number}`);
}

function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'));
}

/** Bodies in which the field that names a row, as `sessionId` does, mostly names one of few. */
function namedBody(schema: Schema, { template }: Operation): fc.Arbitrary<unknown> {
  const name = template.endsWith('/conversations') ? 'sessionId' : undefined;
  const value = validValue(schema);
  if (name === undefined) return value;
  return fc
    .tuple(value, fc.option(fc.nat(NAMED_ROWS - 1), { freq: 3 }))
    .map(([body, number]) => (number === null ? body : { ...(body as object), [name]: `${name}-${number}` }));
}

type Pairs = readonly (readonly [string, string])[];

function queryOf({ name, required, schema }: Parameter): fc.Arbitrary<Pairs> {
  if (name === 'cursor') return fc.constant([]);
  // Nobody waits for changes in the middle of a campaign.
  if (name === 'wait') return fc.constant([['wait', '0']]);
  const given = validValue(schema).map((value): Pairs =>
    (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) => [name, String(one)] as const),
  );
  return required
    ? given
    : fc.oneof({ weight: 3, arbitrary: fc.constant<Pairs>([]) }, { weight: 2, arbitrary: given });
}

/** A span ends no earlier than it begins: no schema can say so. */
function inOrder(query: Pairs): Pairs {
  const at = (name: string): number => query.findIndex(([one]) => one === name);
  const [since, until] = [query[at('since')], query[at('until')]];
  if (!since || !until || Date.parse(since[1]) <= Date.parse(until[1])) return query;
  return query.map((pair) =>
    pair === since ? ['since', until[1]] : pair === until ? ['until', since[1]] : pair,
  );
}

/** Requests that differ in one thing from valid ones. */
export function almostValidDraft(operation: Operation): fc.Arbitrary<Draft> {
  const changes: fc.Arbitrary<Change>[] = [
    unknownParameter(),
    ...operation.parameters.flatMap(wrongParameter),
  ];
  if (operation.body) {
    const places = placesIn(operation.body.schema);
    const change = fc.constantFrom(...places).chain(wrongAt);
    // A body has more to be wrong than a query.
    changes.push(change, change, change, change);
  }
  return fc
    .tuple(validDraft(operation), fc.oneof(...changes))
    .map(([draft, change]) => ({ ...change(draft), kind: 'almost valid' }));
}

type Change = (draft: Draft) => Draft;

function verdict(field: string, { isSure }: Wrong): Pick<Draft, 'expects'> {
  return { expects: isSure ? { is: 'refused', field } : { is: 'anything' } };
}

function unknownParameter(): fc.Arbitrary<Change> {
  const names = ['nonsense', 'Limit', 'offset', '__proto__', 'constructor', 'limit[]', 'q', 'hasOwnProperty'];
  return fc.constantFrom(...names).map((name) => (draft: Draft): Draft => ({
    ...draft,
    query: [...draft.query, [name, '1']],
    expects: { is: 'refused', field: name },
  }));
}

function wrongParameter({ name, in: place, schema }: Parameter): fc.Arbitrary<Change>[] {
  if (place === 'header') return [];
  const wrong = name === 'cursor' ? fc.constantFrom(...WRONG_CURSORS).map(sure) : wrongText(schema);
  if (place === 'path') {
    return [
      wrong
        .filter(({ value }) => value !== '')
        .map((one) => (draft: Draft): Draft => ({
          ...draft,
          path: { ...draft.path, [name]: { pick: undefined, encoded: encoded(String(one.value)) } },
          ...verdict(name, one),
        })),
    ];
  }
  const replaced = wrong.map((one) => (draft: Draft): Draft => ({
    ...draft,
    query: [...draft.query.filter(([other]) => other !== name), [name, String(one.value)]],
    ...(name === 'cursor'
      ? { expects: { is: 'refused', field: 'cursor', orMissing: true } }
      : verdict(name, one)),
  }));
  return [replaced, tooMany(name, schema)];
}

const sure = (value: unknown): Wrong => ({ value, isSure: true });

function tooMany(name: string, schema: Schema): fc.Arbitrary<Change> {
  const isList = schema['type'] === 'array';
  const times = isList ? Number(schema['maxItems']) + 1 : 2;
  const one = isList ? validValue(schema['items'] as Schema) : validValue(schema);
  return one.map((value) => (draft: Draft): Draft => ({
    ...draft,
    query: [
      ...draft.query.filter(([other]) => other !== name),
      ...Array.from({ length: times }, () => [name, String(value)] as const),
    ],
    expects: { is: 'refused', field: name },
  }));
}

/** A place in a body: `['events', '*', 'type']`. */
interface Place {
  readonly path: readonly string[];
  readonly schema: Schema;
  readonly isRequired: boolean;
}

function placesIn(schema: Schema, path: readonly string[] = []): Place[] {
  const here: Place = { path, schema, isRequired: true };
  if (schema['type'] === 'array' && schema['items']) {
    return [here, ...placesIn(schema['items'] as Schema, [...path, '*'])];
  }
  const required = (schema['required'] ?? []) as string[];
  const inner = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).flatMap(
    ([name, part]) =>
      placesIn(part, [...path, name]).map((place) =>
        place.path.length === path.length + 1 ? { ...place, isRequired: required.includes(name) } : place,
      ),
  );
  return [here, ...inner];
}

const ABSENT = Symbol('left out');

function wrongAt(place: Place): fc.Arbitrary<Change> {
  const { path, schema, isRequired } = place;
  const changes: fc.Arbitrary<readonly [name: string | undefined, Wrong]>[] = [];
  if (path.length > 0) changes.push(wrongValue(schema).map((wrong) => [undefined, wrong] as const));
  if (path.length > 0 && isRequired && path.at(-1) !== '*') {
    changes.push(fc.constant([undefined, sure(ABSENT)] as const));
  }
  if (schema['properties']) {
    changes.push(fc.constantFrom(...UNKNOWN_FIELDS).map((name) => [name, sure(1)] as const));
  }
  if (schema['type'] === 'array' && schema['maxItems']) changes.push(fc.constant(['*', sure(1)] as const));
  if (path.length === 0)
    changes.push(fc.constantFrom([], [{}]).map((value) => [undefined, sure(value)] as const));
  return fc.tuple(fc.oneof(...changes), PICK).map(([[name, wrong], pick]) => (draft: Draft): Draft => {
    const steps = filled(path, draft.body ?? {}, pick);
    // A field of three hundred characters is named in short.
    const field = name === '*' ? steps : [...steps, ...(name && name.length < 100 ? [name] : [])];
    const body =
      name === '*'
        ? overfilled(draft.body, steps, Number(schema['maxItems']) + 1)
        : changed(draft.body ?? {}, name === undefined ? steps : [...steps, name], wrong.value);
    const { expects } = verdict(field.join('.'), wrong);
    return { ...draft, body, expects: name && name.length >= 100 ? { is: 'refused' } : expects };
  });
}

/** The place with a number for each `*`. */
function filled(path: readonly string[], body: unknown, pick: number): string[] {
  let inner = body;
  return path.map((step) => {
    const taken =
      step === '*' ? String(pick % Math.max(1, (inner as unknown[] | undefined)?.length ?? 1)) : step;
    inner = (inner as Record<string, unknown> | undefined)?.[taken];
    return taken;
  });
}

/** A copy with another value at one place. Entries, and not spreading, because a name may be `__proto__`. */
function changed(body: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(body)) {
    return body.map((one: unknown, index) => (String(index) === step ? changed(one, rest, value) : one));
  }
  const entries = Object.entries((body ?? {}) as Record<string, unknown>);
  const inner = rest.length > 0 ? changed(entries.find(([name]) => name === step)?.[1], rest, value) : value;
  const others = entries.filter(([name]) => name !== step);
  return Object.fromEntries(inner === ABSENT ? others : [...others, [step, inner]]);
}

function overfilled(body: unknown, steps: readonly string[], length: number): unknown {
  const list = steps.reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], body);
  const [first] = list as unknown[];
  return changed(
    body,
    steps,
    Array.from({ length }, () => first),
  );
}
