using System.Text;

namespace Mesh.Server.Tests.Http2.Clients;

/// <summary>Header blocks of literals that nobody remembers.</summary>
internal static class HeaderText
{
    public const string Delta = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

    /// <summary>A discovery call, with further fields behind.</summary>
    public static byte[] Call(params (string Name, string Value)[] more) => Request(Delta, more);

    /// <summary>A gRPC call.</summary>
    public static byte[] Request(string path, params (string Name, string Value)[] more) => CallOf("http", path, more);

    /// <summary>A discovery call as Kestrel takes it, which compares the scheme with the connection.</summary>
    public static byte[] Call(bool tls) => CallOf(tls ? "https" : "http", Delta);

    /// <summary>A request for a page.</summary>
    public static byte[] Get(bool tls, string path) => Block((":method", "GET"), (":scheme", tls ? "https" : "http"), (":path", path), (":authority", "localhost"));

    public static byte[] Block(params (string Name, string Value)[] fields) => [.. fields.SelectMany(field => Field(field.Name, field.Value))];

    private static byte[] CallOf(string scheme, string path, params (string Name, string Value)[] more) => Block(
        [(":method", "POST"), (":scheme", scheme), (":path", path), (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"), .. more]);

    private static IEnumerable<byte> Field(string name, string value) => [0, .. Text(name), .. Text(value)];

    private static IEnumerable<byte> Text(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        return [.. Integer(bytes.Length, 7, 0), .. bytes];
    }

    /// <summary>An integer of RFC 7541, section 5.1.</summary>
    public static IEnumerable<byte> Integer(int value, int prefixBits, byte first)
    {
        var most = (1 << prefixBits) - 1;
        if (value < most)
        {
            yield return (byte)(first | value);
            yield break;
        }

        yield return (byte)(first | most);
        for (value -= most; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
