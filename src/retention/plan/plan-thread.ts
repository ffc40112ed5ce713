// Plans what goes in a thread: a year of minutes is half a million rows.
import type { ThreadReader } from '../../database/programs.js';
import { makePlan } from './make-plan.js';
import type { Plan, PlanInput } from './plan.types.js';

export function run(reader: ThreadReader, input: PlanInput): Promise<Plan> {
  return makePlan(reader, input);
}
