namespace Mesh.AdsSeam;

/// <summary>The few HTTP/2 frames that both sides need, as bytes.</summary>
internal static class Wire
{
    public const int PayloadSize = 300;

    /// <summary>Frame header, gRPC prefix, payload.</summary>
    public const int PushSize = 9 + 5 + PayloadSize;

    public const int AnswerPayload = 64;

    public const int AnswerSize = 9 + 5 + AnswerPayload;

    public static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    /// <summary>Preface, empty settings, a connection window of 1 GiB and the request's headers on stream 1.</summary>
    public static byte[] ClientHello(bool tls)
    {
        var headers = new List<byte> { 0x83, (byte)(tls ? 0x87 : 0x86) }; // :method POST, :scheme
        Literal(headers, 4, "/x/Push");
        Literal(headers, 1, "localhost");
        Literal(headers, 31, "application/grpc");
        byte[] window = [0x3F, 0xFF, 0x00, 0x00];
        return [.. Preface, .. Frame(4, 0, 0, [0, 4, 0x3F, 0xFF, 0xFF, 0xFF]), .. Frame(8, 0, 0, window), .. Frame(1, 4, 1, [.. headers])];
    }

    public static byte[] ServerHello() => [.. Frame(4, 0, 0, []), .. Frame(4, 1, 0, []), .. Frame(1, 4, 1, [0x88])];

    public static byte[] Data(int payload)
    {
        var message = new byte[5 + payload];
        message[3] = (byte)(payload >> 8);
        message[4] = (byte)payload;
        return Frame(0, 0, 1, message);
    }

    public static byte[] Frame(byte type, byte flags, int stream, byte[] payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, (byte)stream, .. payload];

    private static void Literal(List<byte> headers, int nameIndex, string value)
    {
        // Literal without indexing; the name is in the static table.
        if (nameIndex < 15)
        {
            headers.Add((byte)nameIndex);
        }
        else
        {
            headers.Add(0x0F);
            headers.Add((byte)(nameIndex - 15));
        }

        headers.Add((byte)value.Length);
        headers.AddRange(System.Text.Encoding.ASCII.GetBytes(value));
    }
}
