/** What is found is not what was sealed. Nothing is signed until a person has looked into it. */
export class NotAsSealed extends Error {
  override readonly name = 'NotAsSealed';
  readonly code: string;
  readonly position: string | null;
  constructor(code: string, detail: string, position: string | null = null) {
    super(detail);
    this.code = code;
    this.position = position;
  }
}
