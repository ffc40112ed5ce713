import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';

/** What the name of every number of this service begins with; those of Node and the process have their usual names. */
export const PREFIX = 'jarvis_memory_';

/** The metrics of one service: not prom-client's global registry, which all services of a process would share. */
@Injectable()
export class MetricsRegistry extends Registry {}
