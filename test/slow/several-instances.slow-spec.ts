import { afterEach, describe, it } from '@jest/globals';
import { startInstances, type Instances } from '../support/instances.js';
import { expectOneMemory } from '../support/storm.js';
import { expectNoTagThatLies } from '../support/tags.js';

describe.each([
  ['PostgreSQL', false, 10_000],
  ['a server without notifications, locks and triggers', true, 2000],
])('Two instances on %s', (_, crippled, rounds) => {
  let instances: Instances;
  afterEach(() => instances.destroy());

  it('write and page at the same time for long: nothing twice, nothing missed, nothing refused', async () => {
    instances = await startInstances(crippled);
    await expectOneMemory(instances, 4);
  }, 600_000);

  it(`give no tag that lies, in ${rounds} rounds`, async () => {
    instances = await startInstances(crippled);
    await expectNoTagThatLies(instances, rounds, 8);
  }, 600_000);
});
