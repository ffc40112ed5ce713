import { INGESTERS, WRITERS } from '../../auth/roles.js';
import { CreateEventDto, EventIdDto, EVENTS_TOPIC, RESOLVERS, type Resolver } from '../../events/index.js';
import { notFound } from '../../problems/problem.error.js';
import { ChoiceField } from '../../validation/index.js';
import { receiptOf, receiptSchema } from '../receipt.js';
import { ADDS, CHANGES_ONCE, defineTool } from '../tool.js';

export const SAVE_EVENT = defineTool({
  name: 'memory_save_event',
  title: 'Save an event',
  description: `Save something that happened, so that it is found later: an alert, an action that you took, a status, a measurement. One line in summary, the node if there is one, anything structured in details.
Answers with a receipt { kind, id, timestamp, durable, version } once the event is on disk.
Example: {"type":"action","source":"jarvis","node":"pve2","summary":"Restarted pveproxy on pve2 because the web interface did not answer"}`,
  roles: INGESTERS,
  effect: ADDS,
  input: CreateEventDto,
  output: receiptSchema('event', 'integer'),
  run: async (memory, input) => {
    const { id, timestamp } = await memory.events.saveEvent(input);
    return receiptOf(memory, EVENTS_TOPIC, { kind: 'event', id, timestamp });
  },
});

class ResolveEventArguments extends EventIdDto {
  @ChoiceField({
    values: RESOLVERS,
    name: 'Resolver',
    description: 'Who dealt with it.',
    example: 'jarvis',
    optional: true,
    fallback: 'jarvis',
  })
  resolvedBy: Resolver = 'jarvis';
}

export const RESOLVE_EVENT = defineTool({
  name: 'memory_resolve_event',
  title: 'Resolve an event',
  description: `Mark an event as dealt with, by its id (12 for "event 12"). Repeating it changes nothing: the first resolution stays.
Answers with a receipt and with who resolved it and when.
Example: {"id":12,"resolvedBy":"jarvis"}`,
  roles: WRITERS,
  effect: CHANGES_ONCE,
  input: ResolveEventArguments,
  output: receiptSchema('event', 'integer', {
    resolvedAt: { type: ['string', 'null'] },
    resolvedBy: { type: ['string', 'null'] },
  }),
  run: async (memory, { id, resolvedBy }) => {
    const event = await memory.events.resolveEvent(id, resolvedBy);
    if (!event) throw notFound('event');
    const { timestamp, resolvedAt, resolvedBy: by } = event;
    const receipt = await receiptOf(memory, EVENTS_TOPIC, { kind: 'event', id, timestamp });
    return { ...receipt, resolvedAt, resolvedBy: by };
  },
});
