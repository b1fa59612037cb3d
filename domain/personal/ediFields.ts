/** Of `plainFields`, those of interchanges with EDI partners. */
export const ediFields = {
  acknowledgedGroup: true,
  dataElement: true,
  functionalId: true,
  groupErrors: true,
  interchange: true,
  noteCode: true,
  receptionId: true,
  refusal: true,
  segment: true,
  set: true,
  setErrors: true,
  theirs: true,
  x12Code: true,
  x12Version: true,
} as const;
