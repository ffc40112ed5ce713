import { desc } from 'drizzle-orm';
import { Router } from 'express';
import { clusterSnapshots, type PeerDatabase } from './database.js';
import { parsed, present } from './values.js';

type SnapshotRow = typeof clusterSnapshots.$inferSelect;

export function snapshotRoutes(db: PeerDatabase): Router {
  const router = Router();

  router.post('/', (request, response) => {
    const { snapshot, timestamp } = request.body as { snapshot?: object; timestamp?: string };
    if (!snapshot) {
      response.status(400).json({ error: 'snapshot is required' });
      return;
    }
    const values = { snapshot: JSON.stringify(snapshot), ...present({ timestamp }) };
    response
      .status(201)
      .json({ snapshot: toAnswer(db.insert(clusterSnapshots).values(values).returning().get()) });
  });

  router.get('/latest', (_request, response) => {
    const row = db
      .select()
      .from(clusterSnapshots)
      .orderBy(desc(clusterSnapshots.timestamp), desc(clusterSnapshots.id))
      .limit(1)
      .get();
    if (!row) {
      response.status(404).json({ error: 'no snapshot yet' });
      return;
    }
    response.json({ snapshot: toAnswer(row) });
  });

  return router;
}

function toAnswer(row: SnapshotRow) {
  return { ...row, snapshot: parsed(row.snapshot) };
}
