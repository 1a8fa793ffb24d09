"""The operations that a SavedModel may have: each gives numbers for numbers, and reaches nothing outside its model.

They are what the zoo's exports and plain Keras layers come to, which a test derives, and the mathematics beside it,
which one's own layer may use through `keras.ops`. What isn't here isn't run: operations that read, write, delete or
print files, data sets, readers and iterators, queues, Python functions, libraries, other processes and machines.
"""

_GROUPS = (
    # What a graph is made of: constants, arguments, results, the weights' handles.
    """
    Assert AssignAddVariableOp AssignSubVariableOp AssignVariableOp Const DestroyResourceOp EnsureShape Identity
    IdentityN NoOp Placeholder PlaceholderWithDefault PreventGradient ReadVariableOp StopGradient VarHandleOp
    VarIsInitializedOp
    """,
    # Calls and control flow. The functions are the SavedModel's own and checked too.
    """
    Case If PartitionedCall StatefulPartitionedCall StatelessCase StatelessIf StatelessWhile While
    """,
    # Recurrent layers' sequences.
    """
    EmptyTensorList TensorListConcatV2 TensorListElementShape TensorListFromTensor TensorListGather
    TensorListGetItem TensorListLength TensorListPopBack TensorListPushBack TensorListReserve TensorListResize
    TensorListScatterV2 TensorListSetItem TensorListStack
    """,
    # Numbers one by one.
    """
    Abs Acos Acosh Add AddN AddV2 Angle Asin Asinh Atan Atan2 Atanh BesselI0 BesselI0e BesselI1 BesselI1e
    Betainc Bitcast BitwiseAnd BitwiseOr BitwiseXor Cast Ceil ClipByValue Complex ComplexAbs Conj Cos Cosh
    Digamma Div DivNoNan Elu Equal Erf Erfc Erfinv Exp Expm1 Floor FloorDiv FloorMod Greater GreaterEqual Igamma
    Igammac Imag Invert IsFinite IsInf IsNan LeakyRelu LeftShift Less LessEqual Lgamma Log Log1p LogicalAnd
    LogicalNot LogicalOr Maximum Minimum Mod Mul MulNoNan Ndtri Neg NextAfter NotEqual Polygamma Pow Real
    RealDiv Reciprocal Relu Relu6 RightShift Rint Round Rsqrt Select SelectV2 Selu Sigmoid Sign Sin Sinh
    Softplus Softsign Sqrt Square SquaredDifference Sub Tan Tanh TruncateDiv TruncateMod Xdivy Xlog1py Xlogy
    Zeta
    """,
    # Sums and other reductions, orders and counts.
    """
    All Any ArgMax ArgMin Bincount Bucketize Cumprod Cumsum CumulativeLogsumexp DenseBincount EuclideanNorm
    HistogramFixedWidth InTopKV2 LogSoftmax LowerBound Max Mean Min Prod SegmentMax SegmentMean SegmentMin
    SegmentProd SegmentSum Softmax SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits Sum TopKV2
    Unique UniqueV2 UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd UnsortedSegmentSum UpperBound
    """,
    # Shapes, pieces and their order.
    """
    BatchToSpace BatchToSpaceND BroadcastArgs BroadcastGradientArgs BroadcastTo Concat ConcatV2 DepthToSpace
    DynamicPartition DynamicStitch ExpandDims Fill GatherNd GatherV2 InvertPermutation LinSpace MatrixBandPart
    MatrixDiag MatrixDiagPart MatrixDiagPartV2 MatrixDiagPartV3 MatrixDiagV2 MatrixDiagV3 MatrixSetDiag
    MatrixSetDiagV2 MatrixSetDiagV3 MirrorPad OneHot OnesLike Pack Pad PadV2 ParallelDynamicStitch Range Rank
    Reshape Reverse ReverseSequence ReverseV2 Roll ScatterNd Shape ShapeN Size Slice SpaceToBatch SpaceToBatchND
    SpaceToDepth Split SplitV Squeeze StridedSlice TensorScatterAdd TensorScatterMax TensorScatterMin
    TensorScatterSub TensorScatterUpdate Tile Transpose Unpack Where ZerosLike
    """,
    # Layers' linear maps, convolutions and pools.
    """
    AvgPool AvgPool3D BatchMatMul BatchMatMulV2 BatchMatMulV3 BiasAdd BiasAddV1 Conv2D Conv2DBackpropInput
    Conv3D Conv3DBackpropInputV2 Cross DepthwiseConv2dNative Dilation2D Einsum FusedBatchNorm FusedBatchNormV2
    FusedBatchNormV3 L2Loss LRN MatMul MaxPool MaxPool3D MaxPoolV2 MaxPoolWithArgmax
    """,
    # Linear algebra and Fourier transforms.
    """
    Cholesky FFT FFT2D FFT3D IFFT IFFT2D IFFT3D IRFFT IRFFT2D LogMatrixDeterminant Lu MatrixDeterminant
    MatrixInverse MatrixSolve MatrixTriangularSolve Qr RFFT RFFT2D SelfAdjointEigV2 Svd TridiagonalSolve
    """,
    # Images that are arrays already. Nothing here decodes a file.
    """
    AdjustContrastv2 AdjustHue AdjustSaturation CropAndResize ExtractImagePatches HSVToRGB
    ImageProjectiveTransformV3 NonMaxSuppressionV3 RGBToHSV ResizeArea ResizeBicubic ResizeBilinear
    ResizeNearestNeighbor ScaleAndTranslate
    """,
    # Gradients of these, which a posterior that follows log p(x, z) takes as it runs.
    """
    AvgPoolGrad BiasAddGrad Conv2DBackpropFilter DepthwiseConv2dNativeBackpropFilter
    DepthwiseConv2dNativeBackpropInput EluGrad FusedBatchNormGradV3 IgammaGradA LeakyReluGrad MaxPoolGrad
    MirrorPadGrad ReciprocalGrad Relu6Grad ReluGrad ResizeBilinearGrad ResizeNearestNeighborGrad RsqrtGrad
    SeluGrad SigmoidGrad SoftplusGrad SoftsignGrad SqrtGrad StridedSliceGrad TanhGrad
    """,
    # Random numbers.
    """
    Multinomial RandomGamma RandomPoissonV2 RandomShuffle RandomStandardNormal RandomUniform RandomUniformInt
    StatelessMultinomial StatelessParameterizedTruncatedNormal StatelessRandomBinomial StatelessRandomGammaV2
    StatelessRandomGammaV3 StatelessRandomGetAlg StatelessRandomGetKeyCounter StatelessRandomGetKeyCounterAlg
    StatelessRandomNormal StatelessRandomNormalV2 StatelessRandomPoisson StatelessRandomUniform
    StatelessRandomUniformInt StatelessRandomUniformIntV2 StatelessRandomUniformV2 StatelessShuffle
    StatelessTruncatedNormal StatelessTruncatedNormalV2 TruncatedNormal
    """,
    # Words and categories: Keras's lookups, whose vocabulary is in the model. InitializeTableFromTextFile reads a file.
    """
    AsString HashTableV2 LookupTableExportV2 LookupTableFindV2 LookupTableImportV2 LookupTableInsertV2
    LookupTableSizeV2 MutableHashTableV2 RaggedTensorToTensor SparseCross SparseReshape SparseToDense
    StaticRegexFullMatch StaticRegexReplace StringJoin StringLength StringLower StringSplitV2 StringStrip
    StringToHashBucketFast StringToHashBucketStrong StringUpper UnicodeDecode
    """,
)
#: Their names.
ALLOWED = frozenset(name for group in _GROUPS for name in group.split())

#: What reads and writes the weights' files, and is in the functions that the SavedModel names as its saver alone.
#: TensorFlow's loader restores the weights by itself: it is given a SavedModel without these functions.
SAVER = frozenset({"DisableCopyOnRead", "MergeV2Checkpoints", "RestoreV2", "SaveV2", "ShardedFilename"})
