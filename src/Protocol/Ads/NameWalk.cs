using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>Walks a repeated string field of a request.</summary>
internal ref struct NameWalk(ReadOnlySpan<byte> message, int field)
{
    private FieldReader _reader = new(message);

    public readonly ReadOnlySpan<byte> Current => _reader.Bytes;

    public readonly NameWalk GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_reader.Next())
        {
            if (_reader.Field == field && _reader.IsBytes)
            {
                return true;
            }
        }

        return false;
    }
}
