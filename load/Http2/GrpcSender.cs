using System.Buffers.Binary;

namespace Mesh.Load.Http2;

/// <summary>Sends the messages of a connection's streams as far as the server's windows let it (RFC 9113, section 5.2); the rest waits.</summary>
internal sealed class GrpcSender(FrameWriter output)
{
    private long _window = Frames.DefaultWindow;

    /// <summary>The server takes more on the connection.</summary>
    public void Widen(int by) => _window += by;

    /// <summary>Writes a message, or what can go of it, behind those that wait.</summary>
    public void Send(GrpcStream stream, ReadOnlySpan<byte> message)
    {
        var total = GrpcStream.PrefixSize + message.Length;
        if (stream.IsWaiting || total > Math.Min(_window, stream.SendWindow))
        {
            var framed = new byte[total];
            BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
            message.CopyTo(framed.AsSpan(GrpcStream.PrefixSize));
            stream.Waiting.Enqueue(framed);
            SendWaiting(stream);
        }
        else
        {
            output.WriteMessage(stream.Id, message);
            _window -= total;
            stream.SendWindow -= total;
        }
    }

    /// <summary>Writes what waits and can go.</summary>
    public void SendWaiting(GrpcStream stream)
    {
        while (stream.IsWaiting)
        {
            var window = (int)Math.Min(Math.Min(_window, stream.SendWindow), int.MaxValue);
            if (window <= 0)
            {
                return;
            }

            var rest = stream.Waiting.Peek().AsSpan(stream.WaitingFrom);
            var count = Math.Min(window, rest.Length);
            output.WriteData(stream.Id, rest[..count]);
            _window -= count;
            stream.SendWindow -= count;
            stream.WaitingFrom += count;
            if (count == rest.Length)
            {
                stream.Waiting.Dequeue();
                stream.WaitingFrom = 0;
            }
        }
    }
}
