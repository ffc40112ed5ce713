import { afterEach, describe, it } from '@jest/globals';
import { startInstances, type Instances } from '../support/instances.js';
import { expectOneMemory } from '../support/storm.js';
import { expectNoTagThatLies } from '../support/tags.js';

describe.each([
  ['PostgreSQL', false],
  ['a server without notifications, locks and triggers', true],
])('Two instances on %s', (_, crippled) => {
  let instances: Instances;
  afterEach(() => instances.destroy());

  it('write and page at the same time for long: nothing twice, nothing missed, nothing refused', async () => {
    instances = await startInstances(crippled);
    await expectOneMemory(instances, 4);
  }, 600_000);

  it('give no tag that lies, in 10 000 rounds', async () => {
    instances = await startInstances(crippled);
    await expectNoTagThatLies(instances, 10_000, 8);
  }, 600_000);
});
