/**
 * The first backend's design, rebuilt to be measured against: Express, Drizzle over better-sqlite3 in WAL with
 * `synchronous=NORMAL`, and `jsonwebtoken` with a string secret.
 */
import express from 'express';
import { announce, exitWithParent, serverSettings } from '../processes/server-settings.js';
import { login, requireToken } from './auth.js';
import { conversationRoutes } from './conversations.js';
import { openPeerDatabase } from './database.js';
import { eventRoutes } from './events.js';
import { preferenceRoutes } from './preferences.js';
import { snapshotRoutes } from './snapshots.js';

exitWithParent();
const { file, port, host, secret, password } = serverSettings();
const db = openPeerDatabase(file);
const app = express();

app.use(express.json({ limit: '16mb' }));
app.get('/api/health', (_request, response) => {
  response.json({ status: 'ok' });
});
app.post('/api/auth/login', login(secret, password));
app.use('/api/memory', requireToken(secret));
app.use('/api/memory/events', eventRoutes(db));
app.use('/api/memory/conversations', conversationRoutes(db));
app.use('/api/memory/snapshots', snapshotRoutes(db));
app.use('/api/memory/preferences', preferenceRoutes(db));

const server = app.listen(port, host, () => {
  announce('peer', server.address());
});
