/** What `root` may begin with. */
export const lineageRoots = [
  'order',
  'order-line',
  'reservation',
  'shipment',
  'shipment-line',
  'invoice',
  'invoice-line',
  'return-line',
  'gl-journal',
  'gl-line',
  'gl-batch',
  'erp-doc',
  'payload',
  'correlation',
  'customer-po',
  'stock-movement',
] as const;
