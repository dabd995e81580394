using System.Globalization;
using System.Text;

namespace Mesh.Sidecar.Relay;

/// <summary>Texts in gRPC's trailers.</summary>
internal static class GrpcMessage
{
    /// <summary>Percent-encodes what gRPC does not allow in a message, and nothing else: Envoy logs it as it is.</summary>
    public static string Encode(string message)
    {
        var text = new StringBuilder(message.Length);
        foreach (var b in Encoding.UTF8.GetBytes(message))
        {
            if (b is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                text.Append((char)b);
            }
            else
            {
                text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }
}
