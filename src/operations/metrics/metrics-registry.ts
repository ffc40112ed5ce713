import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';

/** The prefix of the metrics of this service; those of Node and the process have their standard names. */
export const PREFIX = 'jarvis_memory_';

/** The registry of one service, because prom-client's global one would be shared by all services of a process. */
@Injectable()
export class MetricsRegistry extends Registry {}
