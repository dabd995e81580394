using System.Buffers;
using System.Runtime.InteropServices;

namespace Mesh.Load.Responses;

/// <summary>
/// Reads one response of a discovery stream while its bytes come. A resource becomes the number of its fact as soon as it is complete, and its bytes are
/// forgotten: what is kept of a response is four bytes for each resource, and of a resource that is under way its bytes, if it is not one that is known. Nothing
/// that was read counts before the last byte has come: only then the Envoy takes it. Fields may come in any order, with the type and the nonce behind the resources.
/// </summary>
internal sealed class ResponseReader(FactTable facts)
{
    private const int VersionInfo = 1;
    private const int Resources = 2;
    private const int TypeUrl = 4;
    private const int ResponseNonce = 5;
    private const int RemovedNames = 6;

    private readonly FieldAssembler _fields =
        new(1 << VersionInfo | 1 << Resources | 1 << TypeUrl | 1 << ResponseNonce | 1 << RemovedNames, facts.Contents);

    private readonly List<int> _entries = [];
    private readonly ArrayBufferWriter<byte> _nonce = new(32);
    private readonly ArrayBufferWriter<byte> _version = new(32);
    private bool _isDelta;

    /// <summary>The type of the response; null: it says none, or one that no Envoy here asks for.</summary>
    public XdsKind? Kind { get; private set; }

    /// <summary>Its nonce.</summary>
    public ReadOnlySpan<byte> Nonce => _nonce.WrittenSpan;

    /// <summary>Its version, in the state of the world.</summary>
    public ReadOnlySpan<byte> Version => _version.WrittenSpan;

    /// <summary>
    /// What it brings and removes, in the order of the bytes: numbers of facts (<see cref="FactTable.Unknown"/>: nothing that an Envoy here asks for), and
    /// numbers of names that are removed as negative numbers.
    /// </summary>
    public ReadOnlySpan<int> Entries => CollectionsMarshal.AsSpan(_entries);

    /// <summary>Bytes of the response that have come.</summary>
    public int Length { get; private set; }

    /// <summary>Whether it is no protobuf message.</summary>
    public bool IsMalformed => _fields.IsMalformed;

    /// <summary>Bytes of memory that a resource under way holds.</summary>
    public int Held => _fields.Held;

    /// <summary>Begins with a response, whatever became of the one before.</summary>
    /// <param name="isDelta">Whether it is a <c>DeltaDiscoveryResponse</c>, not a <c>DiscoveryResponse</c>.</param>
    public void Begin(bool isDelta)
    {
        _isDelta = isDelta;
        _fields.Reset();
        _entries.Clear();
        _nonce.ResetWrittenCount();
        _version.ResetWrittenCount();
        (Kind, Length) = (null, 0);
    }

    /// <summary>Forgets the bytes of a response that is under way.</summary>
    public void Forget() => _fields.Reset();

    /// <summary>Takes the next bytes.</summary>
    /// <param name="piece">Any number of them.</param>
    /// <param name="left">How many of the response follow; 0: it is complete.</param>
    public void Take(ReadOnlySpan<byte> piece, int left)
    {
        Length += piece.Length;
        while (_fields.Next(ref piece, left, out var field, out var bytes))
        {
            Take(field, bytes);
        }

        if (left == 0)
        {
            _fields.End();
        }
    }

    private void Take(int field, ReadOnlySpan<byte> bytes)
    {
        switch (field)
        {
            case VersionInfo:
                Keep(_version, bytes);
                break;
            case Resources:
                _entries.Add(_isDelta ? facts.AddDelta(bytes) : facts.AddState(bytes));
                break;
            case TypeUrl:
                Kind = XdsKind.Find(bytes);
                break;
            case ResponseNonce:
                Keep(_nonce, bytes);
                break;
            case RemovedNames when _isDelta:
                _entries.Add(-facts.Names.Add(bytes));
                break;
        }
    }

    private static void Keep(ArrayBufferWriter<byte> place, ReadOnlySpan<byte> bytes)
    {
        // Of a field that comes twice the last counts.
        place.ResetWrittenCount();
        place.Write(bytes);
    }
}
