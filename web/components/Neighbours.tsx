import type { JSX } from 'preact';
import { addressOf } from '../state/address.js';
import { placeOfItem, type TimelineItem } from '../state/places.js';
import { changeWords, resolutionWords } from '../words/changes.js';
import { Glyph } from './Glyph.js';
import { Icon } from './Icon.js';
import { messageWords } from './message-words.js';
import { Severity } from './Severity.js';
import { severityOf } from './severities.js';
import { Time } from './Time.js';
import './neighbours.css';

interface Props {
  readonly items: readonly TimelineItem[];
  readonly isSelf: (item: TimelineItem) => boolean;
  /** What stands in the line of the one they are neighbours of: "This event". */
  readonly self: string;
}

/** Entries of the timeline that stand around one of them, in the order in which they are given. */
export function Neighbours({ items, isSelf, self }: Props): JSX.Element {
  return (
    <ol class="neighbours">
      {items.map((item) => (
        <li key={`${item.kind} ${item.id} ${item.at}`}>
          <Mark of={item} />
          <Time at={item.at} as="clock" />
          {isSelf(item) ? (
            <span class="faint">{self}</span>
          ) : (
            <a class="cut" dir="auto" href={addressOfItem(item)} title={item.title}>
              {wordsOf(item)}
            </a>
          )}
        </li>
      ))}
    </ol>
  );
}

function addressOfItem(item: TimelineItem): string {
  const { page, query } = placeOfItem(item);
  return addressOf(page, query);
}

const ICONS = { message: 'conversations', snapshot: 'time-machine', preference: 'preferences' } as const;

function Mark({ of }: { of: TimelineItem }): JSX.Element {
  if (of.kind === 'event') return <Severity of={severityOf(of.severity)} isQuiet />;
  if (of.kind === 'resolution') return <Glyph of="fixed" />;
  return <Icon name={ICONS[of.kind]} size={14} />;
}

function wordsOf({ kind, title }: TimelineItem): string {
  if (kind === 'snapshot') return changeWords(title);
  if (kind === 'message') return messageWords(title);
  return kind === 'resolution' ? resolutionWords(title) : title;
}
