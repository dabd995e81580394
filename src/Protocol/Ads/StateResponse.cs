using System.Buffers;
using Mesh.Engine;
using Mesh.Engine.Symbols;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>
/// Writes a planned <c>DiscoveryResponse</c> as one gRPC message, that of a large one as far as its resources, which come last. They are
/// copied as they are stored, not wrapped.
/// </summary>
internal static class StateResponse
{
    private const byte Version = 0x0A;
    private const byte TypeUrl = 0x22;
    private const byte Nonce = 0x2A;
    private const byte ControlPlane = 0x32;
    private const byte ResourceErrors = 0x3A;
    private const byte ErrorResourceName = 0x0A;
    private const byte ResourceNameName = 0x0A;
    private const byte ErrorDetail = 0x12;
    private const int VersionLength = 32;

    /// <summary>A <c>google.rpc.Status</c> with code 5 (not found).</summary>
    private static ReadOnlySpan<byte> NotFound => [0x08, 0x05];

    /// <returns>Bytes of the message.</returns>
    public static int Write(
        IBufferWriter<byte> output,
        ResourceEngine engine,
        ResponseHead head,
        TypeChannel channel,
        ResponsePlan plan,
        UInt128 version,
        long nonce,
        long now,
        ref ResponseRest rest)
    {
        Span<byte> nonceBuffer = stackalloc byte[20];
        var nonceText = ResponseHead.NonceText(nonce, nonceBuffer);
        var length = Measure(engine, head, channel, plan, nonceText.Length);
        FieldWriter.WriteMessagePrefix(output, length);

        Span<byte> versionText = stackalloc byte[VersionLength];
        ResponseHead.WriteHex(version, versionText);
        FieldWriter.WriteBytes(output, Version, versionText);
        foreach (var empty in plan.Empty)
        {
            EmptyAssignment.WriteState(output, channel.TypeUrl, engine.Symbols.Name(empty.Name));
        }

        FieldWriter.WriteBytes(output, TypeUrl, channel.TypeUrl);
        FieldWriter.WriteBytes(output, Nonce, nonceText);
        if (!head.ControlPlane.IsEmpty)
        {
            FieldWriter.WriteBytes(output, ControlPlane, head.ControlPlane);
        }

        foreach (var missing in plan.Missing)
        {
            WriteMissing(output, engine.Symbols.Name(missing));
        }

        rest.Begin(output, engine, channel, plan, nonce, length, isDelta: false, now);
        return length;
    }

    /// <summary>Whether a version that a client has from a response, perhaps of another process, is not that of an empty set.</summary>
    public static bool IsOfSomething(ReadOnlySpan<byte> version) =>
        !version.IsEmpty && (version.Length != VersionLength || version.ContainsAnyExcept((byte)'0'));

    private static void WriteMissing(IBufferWriter<byte> output, ReadOnlySpan<byte> name)
    {
        FieldWriter.WriteHead(output, ResourceErrors, MissingSize(name.Length));
        FieldWriter.WriteHead(output, ErrorResourceName, FieldWriter.SizeOfBytes(name.Length));
        FieldWriter.WriteBytes(output, ResourceNameName, name);
        FieldWriter.WriteBytes(output, ErrorDetail, NotFound);
    }

    private static int MissingSize(int name) =>
        FieldWriter.SizeOfBytes(FieldWriter.SizeOfBytes(name)) + FieldWriter.SizeOfBytes(NotFound.Length);

    private static int Measure(ResourceEngine engine, ResponseHead head, TypeChannel channel, ResponsePlan plan, int nonceLength)
    {
        var length = FieldWriter.SizeOfBytes(VersionLength)
            + FieldWriter.SizeOfBytes(channel.TypeUrl.Length)
            + FieldWriter.SizeOfBytes(nonceLength);
        foreach (var resource in plan.Resources)
        {
            length += engine.StateField(resource).Length;
        }

        foreach (var empty in plan.Empty)
        {
            length += EmptyAssignment.StateSize(channel.TypeUrl.Length, Name(engine, empty.Name));
        }

        foreach (var missing in plan.Missing)
        {
            length += FieldWriter.SizeOfBytes(MissingSize(Name(engine, missing)));
        }

        return length + (head.ControlPlane.IsEmpty ? 0 : FieldWriter.SizeOfBytes(head.ControlPlane.Length));
    }

    private static int Name(ResourceEngine engine, Symbol name) => engine.Symbols.Name(name).Length;
}
