export { TrafficBudget, type Share } from './traffic-budget.js';
export { admission, Traffic, trafficFull } from './traffic.js';
