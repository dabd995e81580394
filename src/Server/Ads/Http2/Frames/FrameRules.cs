using System.Buffers.Binary;

namespace Mesh.Server.Ads.Http2.Frames;

/// <summary>What is asked of the payloads of several types of frames.</summary>
internal static class FrameRules
{
    /// <summary>A dependency and a weight (RFC 9113, section 6.3).</summary>
    public const int PriorityLength = 5;

    /// <exception cref="Http2Exception">The frame has not the length that it must have.</exception>
    public static void Require(in FrameHeader frame, bool hasRightLength)
    {
        if (!hasRightLength)
        {
            throw new Http2Exception(Http2Error.FrameSize, $"{frame.Type} of a wrong length");
        }
    }

    /// <summary>The stream that a priority names.</summary>
    public static int Dependency(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;

    /// <summary>The client broke a rule for which the connection ends.</summary>
    public static Http2Exception Broken(string message) => new(Http2Error.Protocol, message);
}
