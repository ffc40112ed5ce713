import type { ComponentChildren } from 'preact';

const path = (d: string): ComponentChildren => <path d={d} />;

/** What each icon is drawn of, on 16 by 16. */
export const ICON_SHAPES = {
  now: (
    <>
      <circle cx="8" cy="8" r="2" />
      {path('M4.1 4.1a5.5 5.5 0 0 0 0 7.8M11.9 4.1a5.5 5.5 0 0 1 0 7.8')}
    </>
  ),
  events: path('M6 4h8M6 8h8M6 12h8M2.2 4h.6M2.2 8h.6M2.2 12h.6'),
  timeline: path('M2 3.5h5M9 3.5h3M4 8h6M2 12.5h2M7 12.5h7'),
  'time-machine': path('M2.6 6.2A5.6 5.6 0 1 1 2.5 9.6M2.4 2.8v3.6H6M8 5v3.2l2.2 1.4'),
  conversations: path('M2.5 3.5h11v7.5h-6l-3 2.5V11h-2z'),
  search: (
    <>
      <circle cx="7" cy="7" r="4.2" />
      {path('M10.2 10.2 14 14')}
    </>
  ),
  preferences: (
    <>
      {path('M2 5h6M12 5h2M2 11h2M8 11h6')}
      <circle cx="10" cy="5" r="1.8" />
      <circle cx="6" cy="11" r="1.8" />
    </>
  ),
  keeping: path('M2.5 5.5h11v8h-11zM2 2.5h12v3H2zM6.5 8.5h3'),
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      {path(
        'M8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
      )}
    </>
  ),
  down: path('M4 6l4 4 4-4'),
  up: path('M4 10l4-4 4 4'),
  left: path('M10 3.5 5.5 8l4.5 4.5'),
  right: path('M6 3.5 10.5 8 6 12.5'),
  close: path('M4 4l8 8M12 4l-8 8'),
  check: path('M3 8.5 6.5 12 13 4.5'),
  copy: path('M5.5 5.5h8v8h-8zM10.5 5V2.5h-8v8H5'),
  link: path(
    'M6.5 9.5l3-3M7 4.5l1.4-1.4a2.9 2.9 0 0 1 4.1 4.1L11 8.7M9 11.5l-1.4 1.4a2.9 2.9 0 0 1-4.1-4.1L5 7.3',
  ),
  around: (
    <>
      {path('M2 8h3M11 8h3M8 2.5v11')}
      <circle cx="8" cy="8" r="2" />
    </>
  ),
  newer: path('M8 13V3.5M4 7.5l4-4 4 4'),
  plus: path('M8 3v10M3 8h10'),
  download: path('M8 2.5v7.5M4.5 7 8 10.5 11.5 7M3 13.5h10'),
  undo: path('M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.8 3.5 2.8 6.5l3 3'),
  more: (
    <>
      <circle cx="3" cy="8" r=".6" />
      <circle cx="8" cy="8" r=".6" />
      <circle cx="13" cy="8" r=".6" />
    </>
  ),
  tool: path('M9.8 6.2 3.6 12.4M9.6 2.8a3.2 3.2 0 0 1 3.6 3.6l-1.9-.5-1.2-1.2z'),
  moved: path('M2.5 8h10M9 4.5 12.5 8 9 11.5'),
  clock: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      {path('M8 5v3.2l2 1.3')}
    </>
  ),
  key: (
    <>
      <circle cx="5" cy="11" r="2.5" />
      {path('M6.8 9.2 13 3M10.5 5.5l2 2')}
    </>
  ),
} as const;

export type IconName = keyof typeof ICON_SHAPES;
