import { sql } from 'drizzle-orm';
import { Router } from 'express';
import { preferences, type PeerDatabase } from './database.js';

export function preferenceRoutes(db: PeerDatabase): Router {
  const router = Router();

  router.put('/:key', (request, response) => {
    const { value } = request.body as { value?: string | number | boolean };
    if (value === undefined) {
      response.status(400).json({ error: 'value is required' });
      return;
    }
    const preference = db
      .insert(preferences)
      .values({ key: request.params.key, value: String(value) })
      .onConflictDoUpdate({
        target: preferences.key,
        set: { value: String(value), updatedAt: sql`datetime('now')` },
      })
      .returning()
      .get();
    response.json({ preference });
  });

  return router;
}
