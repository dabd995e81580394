using CsCheck;
using Mesh.Stores.Embedded;

namespace Mesh.Stores.Tests.Embedded;

public sealed class LiveBytesTests
{
    [Fact]
    public void PutAndRemove_AnyOrder_CountsWhatWasPutAndNotRemoved() =>
        Gen.Select(Gen.Bool, Gen.Int[1, 400], Gen.Int[1, 1000]).Array[0, 2000].Sample(
            steps =>
            {
                var live = new LiveBytes();
                var model = new Dictionary<long, int>();
                foreach (var (removes, revision, bytes) in steps)
                {
                    if (removes)
                    {
                        live.Remove(revision);
                        model.Remove(revision);
                    }
                    else if (model.TryAdd(revision, bytes))
                    {
                        live.Put(revision, bytes);
                    }

                    Assert.Equal(model.Values.Sum(), live.Total);
                }
            },
            iter: 200);
}
