import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { EngineWire } from '../../../local/engine/wire.ts'

const opened: { server: Server; wire: EngineWire }[] = []
afterEach(async () => {
  for (const { server, wire } of opened.splice(0)) {
    wire.close()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** An engine that does with each connection what the test says. */
const engineThat = async (onConnection: (socket: Socket) => void) => {
  const server = createServer(onConnection)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const wire = new EngineWire(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  opened.push({ server, wire })
  return wire
}

const ok = (text: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\n${more}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`

/** The bodies of the calls that have come whole on a connection. */
const eachCall = (socket: Socket, onCall: (body: string) => void): void => {
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
    const [, length = '0', rest = ''] = /content-length: (\d+)\r\n\r\n(.*)$/s.exec(received) ?? []
    if (received.includes('\r\n\r\n') && Buffer.byteLength(rest) === Number(length)) {
      received = ''
      onCall(rest)
    }
  })
}

test('calls one after the other share a connection, and each gets its own answer', async () => {
  let connections = 0
  const wire = await engineThat((socket) => {
    connections += 1
    eachCall(socket, (body) => socket.write(ok(`${body} ë`)))
  })
  for (const name of ['a', 'b', 'c'])
    expect(await wire.send('DynamoDB_20120810.GetItem', name)).toEqual({
      status: 200,
      text: `${name} ë`,
      closes: false,
    })
  expect(connections).toBe(1)
})

test('calls at the same time have a connection each, sixteen at most, and none is lost', async () => {
  let connections = 0
  const waiting: (() => void)[] = []
  const wire = await engineThat((socket) => {
    connections += 1
    eachCall(socket, (body) => {
      waiting.push(() => socket.write(ok(body)))
      // The first sixteen are answered once all of them are there, the others as they come.
      if (waiting.length >= 16) for (const answer of waiting.splice(0, waiting.length)) answer()
      if (connections === 16 && waiting.length < 16) for (const answer of waiting.splice(0)) answer()
    })
  })
  const names = Array.from({ length: 50 }, (_, at) => `call ${at}`)
  const answers = await Promise.all(names.map((name) => wire.send('DynamoDB_20120810.GetItem', name)))
  expect(answers.map(({ text }) => text)).toEqual(names)
  expect(connections).toBe(16)
})

test('a connection that is closed before it answered fails its call, and the next call has a new one', async () => {
  let connections = 0
  const wire = await engineThat((socket) => {
    connections += 1
    const isFirst = connections === 1
    eachCall(socket, (body) =>
      isFirst ? socket.end('HTTP/1.1 200 OK\r\ncontent-le') : socket.write(ok(body)),
    )
  })
  await expect(wire.send('DynamoDB_20120810.PutItem', 'a')).rejects.toThrow(
    'closed the connection before it had answered',
  )
  expect((await wire.send('DynamoDB_20120810.PutItem', 'b')).text).toBe('b')
})

test('an engine that closes after each answer is asked on a new connection each time', async () => {
  let connections = 0
  const wire = await engineThat((socket) => {
    connections += 1
    eachCall(socket, (body) => socket.end(ok(body, 'connection: close\r\n')))
  })
  for (const name of ['a', 'b']) expect((await wire.send('DynamoDB_20120810.GetItem', name)).text).toBe(name)
  expect(connections).toBe(2)
})

test('an answer that is not HTTP, and an engine that is not there, fail the call', async () => {
  const wire = await engineThat((socket) => eachCall(socket, () => socket.write('220 mail ready\r\n\r\n')))
  await expect(wire.send('DynamoDB_20120810.GetItem', 'a')).rejects.toThrow(
    'what is not HTTP/1.1: 220 mail ready',
  )
  const gone = new EngineWire('http://127.0.0.1:9')
  await expect(gone.send('DynamoDB_20120810.GetItem', 'a')).rejects.toThrow('does not answer')
})
