/** In the place of the business unit in the streams of operations: what keeps the service running belongs to none. */
export const operationsUnit = 'operations';
