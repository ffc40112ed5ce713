// Smoke test: starts the built program on a new file, opens the explorer, logs in and stops it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Service } from '../crash-test/service.mjs';

const folder = mkdtempSync(join(tmpdir(), 'jarvis-start-'));
const service = new Service(() => ({ DB_PATH: join(folder, 'jarvis.db'), DATABASE_URL: undefined }));
const begun = Date.now();
try {
  await service.launch();
  await service.ready();
  console.log(`The program serves after ${((Date.now() - begun) / 1000).toFixed(1)} s.`);
  const page = await fetch(new URL('/', service.base)).then((answer) => answer.text());
  if (!page.includes('<script type="module"')) throw new Error(`there is no explorer: ${page}`);
  await service.login();
  if (!service.token) throw new Error('the login is refused');
  if (!(await service.stop())) throw new Error(`it does not stop when asked to: ${service.output}`);
} finally {
  await service.kill();
  rmSync(folder, { recursive: true, force: true });
}
