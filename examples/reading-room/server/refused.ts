/** A request that is refused: what the person sees, and the HTTP status. Nothing was changed. */
export class Refused extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413;

  constructor(status: Refused['status'], message: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
  }
}
