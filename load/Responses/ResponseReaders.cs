namespace Mesh.Load.Responses;

/// <summary>Readers for the responses that are under way on one thread: a stream has one only while a response comes.</summary>
internal sealed class ResponseReaders(FactTable facts)
{
    /// <summary>More are under way at once only when a whole fleet gets its configuration.</summary>
    private const int MaxKept = 256;

    private readonly Stack<ResponseReader> _free = new();

    /// <summary>Number of readers that are in use.</summary>
    public int InUse { get; private set; }

    /// <summary>A reader that begins with a response.</summary>
    /// <param name="isDelta">Whether it is a <c>DeltaDiscoveryResponse</c>.</param>
    public ResponseReader Rent(bool isDelta)
    {
        InUse++;
        var reader = _free.TryPop(out var free) ? free : new ResponseReader(facts);
        reader.Begin(isDelta);
        return reader;
    }

    /// <summary>Takes a reader back; what it was reading is forgotten.</summary>
    public void Return(ResponseReader reader)
    {
        InUse--;
        reader.Forget();
        if (_free.Count < MaxKept)
        {
            _free.Push(reader);
        }
    }
}
