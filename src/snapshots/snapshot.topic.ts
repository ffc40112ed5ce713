/** The topic of writes to snapshots. */
export const SNAPSHOTS_TOPIC = 'snapshots';
