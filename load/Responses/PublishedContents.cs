using System.IO.Hashing;

namespace Mesh.Load.Responses;

/// <summary>What a server published last for all proxies.</summary>
/// <param name="Types">By the short name of a type and the name of a resource: what the resource says, see <see cref="HashOf"/>.</param>
internal sealed record PublishedContents(IReadOnlyDictionary<string, IReadOnlyDictionary<string, ulong>> Types)
{
    /// <summary>What stands for what a resource says; its version may say more.</summary>
    /// <param name="message">The encoded message.</param>
    public static ulong HashOf(ReadOnlySpan<byte> message) => XxHash3.HashToUInt64(message);
}
