using System.Buffers.Text;
using System.IO.Hashing;

namespace Mesh.Engine.Content;

/// <summary>
/// A resource version as 128 bits: the hash of its text. Two versions are the same exactly when their texts are, so what a
/// client reports after a reconnect compares with what we have without keeping texts.
/// </summary>
/// <param name="Value">0 is no version.</param>
public readonly record struct VersionId(UInt128 Value)
{
    /// <summary>Bytes of the text of a content version.</summary>
    public const int ContentTextLength = 22;

    /// <summary>No version: the client has nothing.</summary>
    public static VersionId None => default;

    /// <summary>The id of a version text (UTF-8).</summary>
    public static VersionId OfText(ReadOnlySpan<byte> text) => new(XxHash128.HashToUInt128(text));

    /// <summary>Writes the text of a content version, 22 characters of base64url: the hash of message and salt.</summary>
    /// <param name="message">Encoded message.</param>
    /// <param name="salt">What else the version covers; may be empty.</param>
    /// <param name="text">Receives <see cref="ContentTextLength"/> bytes.</param>
    public static void WriteContentText(ReadOnlySpan<byte> message, ReadOnlySpan<byte> salt, Span<byte> text)
    {
        Span<byte> hash = stackalloc byte[16];
        if (salt.IsEmpty)
        {
            XxHash128.Hash(message, hash);
        }
        else
        {
            // The salt goes in as its hash, so that no salt and message run into each other.
            Span<byte> both = stackalloc byte[32];
            XxHash128.Hash(message, both);
            XxHash128.Hash(salt, both[16..]);
            XxHash128.Hash(both, hash);
        }

        Base64Url.EncodeToUtf8(hash, text, out _, out _);
    }
}
