import { Injectable } from '@nestjs/common';
import { Components, type Component, type Condition } from '../observability/components.js';
import { Database } from './database.js';

/** What health says of damage: degraded until somebody has seen what was lost. */
@Injectable()
export class IntegrityComponent implements Component {
  readonly name = 'integrity';

  constructor(
    private readonly database: Database,
    components: Components,
  ) {
    components.add(this);
  }

  condition(): Condition {
    return this.database.served.condition();
  }
}
