using System.Globalization;
using System.Text;

namespace Mesh.Protocol.Ads;

/// <summary>Texts in gRPC's trailers.</summary>
public static class GrpcMessage
{
    /// <summary>Percent-encodes what gRPC does not allow in a message, and nothing else: Envoy logs it as it is.</summary>
    public static string Encode(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
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
