export { TrafficBudget, type Share } from './traffic-budget.js';
export { Traffic, trafficFull } from './traffic.js';
