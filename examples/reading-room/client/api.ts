/** The server refused a request; its message is meant for people. */
export class ServerRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks the server for JSON. A body makes it a POST. Rejects with TypeError where the server cannot be reached. */
export async function ask<Reply>(path: string, body?: unknown): Promise<Reply> {
  const response = await fetch(`/api${path}`, requestOf(body));
  const reply = (await response.json()) as Reply & { readonly error?: string };
  if (!response.ok) throw new ServerRefusal(response.status, reply.error ?? response.statusText);
  return reply;
}

/** Asks the server for a picture's 16-bit grey levels. */
export async function askPixels(id: string): Promise<Uint16Array> {
  const response = await fetch(`/api/reader/pictures/${id}`);
  if (!response.ok) throw new ServerRefusal(response.status, response.statusText);
  return new Uint16Array(await response.arrayBuffer());
}

function requestOf(body: unknown): RequestInit {
  if (body === undefined) return {};
  const headers = { 'x-reading-room': '1' };
  if (body instanceof FormData) return { method: 'POST', headers, body };
  return {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
